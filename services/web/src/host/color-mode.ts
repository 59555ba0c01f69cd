import { useSetColorMode } from '@atlaskit/app-provider';
import { useEffect } from 'react';
import type { Bridge } from './bridge';

export type ColorMode = 'light' | 'dark';

const ATTRIBUTE = 'data-color-mode';

const asMode = (value: string | null): ColorMode => (value === 'dark' ? 'dark' : 'light');

/** The colour mode on the root element; light when it names none. */
export const currentColorMode = (): ColorMode => asMode(document.documentElement.getAttribute(ATTRIBUTE));

/**
 * Asks the host to theme the frame and waits for its answer, at most `limitMs` milliseconds, so
 * that the first paint has the right colours.
 */
export async function startTheming(bridge: Bridge | null, limitMs = 250): Promise<void> {
  if (!bridge?.theming) return;
  bridge.theming.initializeTheming();
  if (document.documentElement.hasAttribute(ATTRIBUTE)) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      observer.disconnect();
      clearTimeout(timer);
      resolve();
    };
    const observer = new MutationObserver(done);
    const timer = setTimeout(done, limitMs);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: [ATTRIBUTE] });
  });
}

/**
 * Separates the host's writes of the root attribute from those of our own theme provider. Both
 * write it, and the provider some time after it was set, so a write may be the host's change or the
 * echo of our own.
 */
export class HostModeFilter {
  private current: ColorMode;
  private readonly echoes: ColorMode[];

  constructor(initial: ColorMode) {
    this.current = initial;
    this.echoes = [initial];
  }

  /**
   * Takes one observed write. Returns the mode to set in the provider, or null when nothing
   * changes.
   */
  observe(mode: ColorMode): ColorMode | null {
    if (this.echoes[0] === mode) {
      this.echoes.shift();
      return null;
    }
    if (mode === this.current) return null;
    this.current = mode;
    this.echoes.push(mode);
    return mode;
  }
}

/** The values the attribute took, in order: each record holds only the value it replaced. */
function readWrites(records: MutationRecord[]): ColorMode[] {
  const replaced = records.slice(1).map((record) => asMode(record.oldValue));
  return [...replaced, currentColorMode()];
}

/**
 * Hands the host's colour mode to the components whenever it changes. Without this the page
 * background turns dark and the components stay light, as the host's style sheets are older than
 * the components.
 */
export function useHostColorMode(initial: ColorMode): void {
  const setColorMode = useSetColorMode();
  useEffect(() => {
    const filter = new HostModeFilter(initial);
    const observer = new MutationObserver((records) => {
      for (const mode of readWrites(records)) {
        const next = filter.observe(mode);
        if (next) setColorMode(next);
      }
    });
    observer.observe(document.documentElement, {
      attributes: true,
      attributeFilter: [ATTRIBUTE],
      attributeOldValue: true,
    });
    return () => observer.disconnect();
  }, [initial, setColorMode]);
}
