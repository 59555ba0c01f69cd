/** Light and dark: the address decides, then the last choice, then the system. */

export type ColourMode = 'light' | 'dark';
type Listener = (mode: ColourMode) => void;

const STORED = 'colour-mode';
const listeners: Listener[] = [];

/** The mode that is active. */
export function colourMode(): ColourMode {
  return document.documentElement.dataset['colorMode'] === 'dark' ? 'dark' : 'light';
}

/** Activates the mode of the address, the last choice or the system. */
export function startTheme(): void {
  const requested = new URLSearchParams(location.search).get('theme') ?? localStorage.getItem(STORED);
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset['colorMode'] = requested === 'dark' || requested === 'light' ? requested : system;
}

/** Activates a mode, stores it, and calls the listeners. */
export function setColourMode(mode: ColourMode): void {
  document.documentElement.dataset['colorMode'] = mode;
  localStorage.setItem(STORED, mode);
  const address = new URL(location.href);
  if (address.searchParams.has('theme')) {
    address.searchParams.set('theme', mode);
    history.replaceState(null, '', address);
  }
  for (const listener of listeners) listener(mode);
}

/** Calls back after each change of mode. */
export function onColourMode(listener: Listener): void {
  listeners.push(listener);
}
