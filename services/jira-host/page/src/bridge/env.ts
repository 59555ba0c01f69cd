import { replyIn } from './wire';

/** `AP.env`: the size of the frame. Frames fill the window; one that asks for more height gets it. */
export const envModule = {
  resize(_width: unknown, height: unknown, reply: unknown): void {
    const frame = frameOf([reply]);
    const pixels = Number.parseInt(String(height), 10);
    if (!frame || frame.classList.contains('fills') || !Number.isFinite(pixels)) return;
    frame.style.height = String(height).endsWith('%') ? String(height) : `${pixels}px`;
  },
  sizeToParent(_hideFooter: unknown, reply: unknown): void {
    const frame = frameOf([reply]);
    frame?.classList.add('fills');
    frame?.style.removeProperty('height');
  },
  hideFooter(_hide: unknown, _reply: unknown): void {
    // These pages have no footer.
  },
  getLocation(reply: (href: string) => void): void {
    reply(location.href);
  },
};

function frameOf(parameters: unknown[]): HTMLElement | null {
  return document.getElementById(replyIn(parameters)._context.extension_id);
}
