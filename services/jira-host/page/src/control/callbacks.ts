import { fill, h } from '../dom';
import { isAccepted, type Callback } from './state';

/** How many callbacks are shown before "Show older" is pressed. */
const FIRST = 5;

/** The log of a site's callbacks. It is drawn again when it changes; open entries stay open. */
export class CallbackLog {
  readonly element = h('div', { class: 'log' });
  private readonly opened = new Set<string>();
  private all = false;
  private shown = '';

  show(callbacks: Callback[]): void {
    const key = JSON.stringify([callbacks, this.all]);
    if (key === this.shown) return;
    this.shown = key;
    if (callbacks.length === 0) return fill(this.element, h('p', { class: 'soft' }, 'None yet.'));
    const visible = this.all ? callbacks : callbacks.slice(0, FIRST);
    const more = callbacks.length - visible.length;
    const showAll = (): void => {
      this.all = true;
      this.show(callbacks);
    };
    fill(
      this.element,
      h('ol', {}, ...visible.map((callback) => this.row(callback))),
      more > 0 ? h('button', { type: 'button', click: showAll }, `Show ${more} older`) : null,
    );
  }

  private row(callback: Callback): HTMLElement {
    const key = callback.at + callback.callback;
    const details = h(
      'details',
      { open: this.opened.has(key) },
      h(
        'summary',
        {},
        h('time', { datetime: callback.at, title: callback.at }, new Date(callback.at).toLocaleTimeString()),
        h('strong', {}, callback.callback),
        h('span', { class: 'soft' }, callback.act),
        h('span', { class: kindOf(callback) }, String(callback.status ?? 'no answer'), callback.swallowed && ' by a proxy'),
      ),
      h(
        'dl',
        {},
        ...pair('Sent to', callback.url),
        ...pair('Signed', signature(callback)),
        ...pair('Took', `${callback.millis} ms`),
        ...pair('Answer', answerOf(callback)),
      ),
    );
    details.addEventListener('toggle', () => {
      if (details.open) this.opened.add(key);
      else this.opened.delete(key);
    });
    return h('li', {}, details);
  }
}

function kindOf(callback: Callback): string {
  if (callback.swallowed) return 'badge warn';
  return isAccepted(callback.status) ? 'badge good' : 'badge bad';
}

function answerOf(callback: Callback): string {
  if (callback.swallowed) return 'From a proxy. The app never received the callback.';
  return callback.error ?? (callback.body || '(empty)');
}

function signature(callback: Callback): string {
  if (callback.signed === 'RS256' && callback.secretFingerprint) {
    return `RS256 with the install key, carrying secret ${callback.secretFingerprint}`;
  }
  if (callback.signed === 'RS256') return 'RS256 with the install key';
  if (callback.signed === 'HS256') return `HS256 with secret ${callback.secretFingerprint ?? '?'}`;
  return 'not at all';
}

function pair(name: string, value: string): HTMLElement[] {
  return [h('dt', {}, name), h('dd', { class: 'mono' }, value)];
}
