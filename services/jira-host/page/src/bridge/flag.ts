import { h } from '../dom';
import { type KnownExtension, type Reply, replyIn, sendEvent } from './wire';

interface FlagOptions {
  title?: string;
  body?: string;
  type?: string;
  close?: string;
  actions?: Record<string, string>;
}

/** After how many milliseconds a flag closes by itself. */
const AUTO_CLOSE = 5000;

/** One message drawn by the host in a corner of the window. */
class Flag {
  private readonly id: string;
  private readonly extension: KnownExtension;
  private readonly element: HTMLElement;

  constructor(options: FlagOptions, given: unknown) {
    const reply: Reply = replyIn([given]);
    this.id = reply._id;
    this.extension = reply._context.extension;
    this.element = this.draw(options);
    shelf().append(this.element);
    if (options.close === 'auto') setTimeout(() => this.close(), AUTO_CLOSE);
    reply(this.id);
  }

  close(): void {
    if (!this.element.isConnected) return;
    this.element.remove();
    this.report('flag.close', {});
  }

  private draw(options: FlagOptions): HTMLElement {
    const kind = ['success', 'warning', 'error'].includes(options.type ?? '') ? options.type : 'info';
    const actions = Object.entries(options.actions ?? {}).map(([key, text]) =>
      h('button', { type: 'button', click: () => this.report('flag.action', { actionIdentifier: key }) }, text),
    );
    return h(
      'div',
      { class: `flag ${kind}`, role: kind === 'error' ? 'alert' : 'status' },
      h('strong', {}, options.title ?? ''),
      options.body ? h('p', {}, options.body) : null,
      actions.length > 0 ? h('div', { class: 'flag-actions' }, ...actions) : null,
      h('button', { type: 'button', class: 'flag-close', 'aria-label': 'Close message', click: () => this.close() }, '\u00d7'),
    );
  }

  private report(event: string, data: object): void {
    sendEvent(event, { id: this.extension.id }, { flagIdentifier: this.id, ...data });
  }
}

function shelf(): HTMLElement {
  const found = document.getElementById('flags');
  if (found) return found;
  const created = h('section', { id: 'flags', 'aria-label': 'Messages' });
  document.body.append(created);
  return created;
}

/** `AP.flag`: messages in a corner of the window. */
export const flagModule = { create: { constructor: Flag, close: Flag.prototype.close } };
