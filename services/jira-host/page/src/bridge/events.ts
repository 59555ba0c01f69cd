import { replyIn, tell } from './wire';

/** `AP.events`: what one frame emits, all frames of its app hear. Listening is the frame's own affair. */
export const eventsModule = {
  emit(name: string, ...rest: unknown[]): void {
    const reply = replyIn(rest);
    tell(name, { addon_key: reply._context.extension.addon_key }, rest.slice(0, -1));
  },
};
