import { promised } from './wire';

const MARK = '#!';

/** `AP.history`: the anchor of the host's address, where a page of the app keeps its view. */
export const historyModule = {
  getState: promised(async (_type: unknown) =>
    location.hash.startsWith(MARK) ? location.hash.slice(MARK.length) : '',
  ),
  replaceState(state: unknown, _reply: unknown): void {
    history.replaceState(null, '', MARK + String(state));
  },
  pushState(state: unknown, _reply: unknown): void {
    history.pushState(null, '', MARK + String(state));
  },
};
