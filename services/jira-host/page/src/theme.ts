/** Light and dark: the address wins, then the last choice, then the system. */

export type ColourMode = 'light' | 'dark';
type Listener = (mode: ColourMode) => void;

const STORED = 'colour-mode';
const listeners: Listener[] = [];

/** The mode in force. */
export function colourMode(): ColourMode {
  return document.documentElement.dataset['colorMode'] === 'dark' ? 'dark' : 'light';
}

/** Puts the mode of the address, the last choice or the system in force. */
export function startTheme(): void {
  const asked = new URLSearchParams(location.search).get('theme') ?? localStorage.getItem(STORED);
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset['colorMode'] = asked === 'dark' || asked === 'light' ? asked : system;
}

/** Puts a mode in force, remembers it, and tells whoever listens. */
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
