/** What the two halves of simple-xdm hand each other, as far as the modules here use it. */
import host, { type Extension } from 'simple-xdm/host';

/** A frame the host knows. `id` is set once the frame has been made: broadcasts find it by that. */
export interface KnownExtension extends Extension {
  id?: string;
  options: { globalOptions: object; autoresize: boolean; isDialog?: boolean; customData?: unknown };
}

/** The last argument of every method: calling it answers, and it knows which frame asked. */
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
export function tell(event: string, target: { id?: string | undefined; addon_key?: string }, values: unknown): void {
  host.dispatch(event, target, values);
}

/** The reply among a method's arguments, whatever the frame passed beyond the declared parameters. */
export function replyIn(parameters: unknown[]): Reply {
  return parameters[parameters.length - 1] as Reply;
}
