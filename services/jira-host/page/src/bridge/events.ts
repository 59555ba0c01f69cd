import { replyIn, sendEvent } from './wire';

/** `AP.events`: sends what one frame emits to all frames of its app, which listen themselves. */
export const eventsModule = {
  emit(name: string, ...rest: unknown[]): void {
    const reply = replyIn(rest);
    sendEvent(name, { addon_key: reply._context.extension.addon_key }, rest.slice(0, -1));
  },
};
