import { h } from './dom';
import { colourMode, setColourMode } from './theme';

/** A switch between light and dark, pressed when dark. */
export function themeButton(): HTMLElement {
  const button = h('button', { type: 'button', class: 'theme-switch', click: flip }, 'Dark theme');
  function flip(): void {
    setColourMode(colourMode() === 'dark' ? 'light' : 'dark');
    show();
  }
  function show(): void {
    button.setAttribute('aria-pressed', String(colourMode() === 'dark'));
  }
  show();
  return button;
}
