/** The part of simple-xdm's types that the modules here use. */
import host, { type Extension } from 'simple-xdm/host';

/** A frame the host knows. `id` is set once the frame exists; broadcasts find it by that. */
export interface KnownExtension extends Extension {
  id?: string;
  options: { globalOptions: object; autoresize: boolean; isDialog?: boolean; customData?: unknown };
}

/** The last argument of every method: calling it answers, and it names the frame that asked. */
export interface Reply {
  (...values: unknown[]): void;
  _id: string;
  _context: { extension_id: string; extension: KnownExtension };
}

/** Marks a method so that both `await AP.x.y()` and `AP.x.y(callback)` work in the frame. */
export function promised<Method extends (...parameters: never[]) => Promise<unknown>>(method: Method): Method {
  host.returnsPromise(method);
  return method;
}

/** Sends an event to the frames that match; frames still loading get it later. */
export function sendEvent(event: string, target: { id?: string | undefined; addon_key?: string }, values: unknown): void {
  host.dispatch(event, target, values);
}

/** The reply among a method's arguments: always the last one, even when a frame passes too many. */
export function replyIn(parameters: unknown[]): Reply {
  return parameters[parameters.length - 1] as Reply;
}
