/** The part of the host's bridge script (`AP`) that the UI uses. */
export interface Bridge {
  context: { getToken(): Promise<string> };
  theming?: { initializeTheming(): void };
  navigator?: { reload?(): void };
  user?: { getLocale?(done: (locale: string) => void): void };
  /** Values that the host keeps for the app in its own page. */
  cookie?: {
    read(name: string, done: (value: unknown) => void): void;
    save(name: string, value: string, days: number): void;
  };
  /** The anchor of the host's own address. */
  history?: {
    getState(type: 'hash', done: (state: unknown) => void): void;
    replaceState(state: string): void;
  };
}

declare global {
  interface Window {
    AP?: Bridge;
  }
}

/**
 * The bridge, or null when the host's script never ran (blocked, offline, or the page was opened by
 * itself).
 */
export function findBridge(): Bridge | null {
  return window.AP?.context ? window.AP : null;
}
