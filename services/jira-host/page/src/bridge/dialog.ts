import { h } from '../dom';
import type { Session } from './session';
import { type KnownExtension, replyIn, sendEvent } from './wire';

interface DialogOptions {
  key?: string;
  header?: string;
  width?: string | number;
  height?: string | number;
  size?: string;
  customData?: unknown;
}

interface OpenDialog {
  element: HTMLDialogElement;
  opener: KnownExtension;
}

/** Named sizes, as width and height. */
const SIZES: Record<string, [string, string]> = {
  small: ['400px', '200px'],
  medium: ['600px', '400px'],
  large: ['800px', '600px'],
  'x-large': ['968px', '700px'],
  fullscreen: ['100%', '100%'],
};

/** `AP.dialog`: another page of the app over this one. The topmost is the one that closes. */
export function dialogModule(session: Session): object {
  const open: OpenDialog[] = [];

  function close(data: unknown): void {
    const top = open.pop();
    if (!top) return;
    top.element.close();
    top.element.remove();
    sendEvent('dialog.close', { id: top.opener.id }, data);
  }

  class Dialog {
    constructor(options: DialogOptions, given: unknown) {
      const element = draw(options, () => close(undefined));
      open.push({ element, opener: replyIn([given])._context.extension });
      document.body.append(element);
      element.showModal();
      const body = element.querySelector<HTMLElement>('.dialog-body') ?? element;
      session
        .openFrame(body, options.key ?? '', { isDialog: true, customData: options.customData })
        .catch((error: unknown) => body.append(h('p', { class: 'problem', role: 'alert' }, String(error))));
    }
  }

  return {
    create: { constructor: Dialog },
    close(data: unknown, _reply: unknown): void {
      close(data);
    },
    getCustomData(reply: (data: unknown) => void): void {
      reply(replyIn([reply])._context.extension.options.customData);
    },
  };
}

function draw(options: DialogOptions, close: () => void): HTMLDialogElement {
  const title = options.header ?? 'Dialog';
  const [width, height] = SIZES[options.size ?? ''] ?? [cssLength(options.width), cssLength(options.height)];
  const element = h(
    'dialog',
    { class: 'app-dialog', 'aria-label': title, cancel: close },
    h(
      'header',
      {},
      h('h2', {}, title),
      h('button', { type: 'button', 'aria-label': 'Close dialog', click: close }, '\u00d7'),
    ),
    h('div', { class: 'dialog-body' }),
  );
  element.style.width = width;
  element.style.height = height;
  return element;
}

function cssLength(given: string | number | undefined): string {
  if (given === undefined) return '60%';
  return /^\d+$/.test(String(given)) ? `${given}px` : String(given);
}
