import { useSetColorMode } from '@atlaskit/app-provider';
import { useEffect } from 'react';
import type { Bridge } from './bridge';

type Mode = 'light' | 'dark';

/** The colour mode the host asked for on the root element; light when it said nothing. */
export function hostColorMode(): Mode {
  return document.documentElement.getAttribute('data-color-mode') === 'dark' ? 'dark' : 'light';
}

/** Asks the host to keep the root element's theme attributes current. */
export function startTheming(bridge: Bridge | null): void {
  bridge?.theming?.initializeTheming();
}

/**
 * Hands the host's colour mode to the components whenever the attribute changes. Without this the page background
 * turns dark and the components stay light, as the host's style sheets are older than the components.
 */
export function useHostColorMode(): void {
  const setColorMode = useSetColorMode();
  useEffect(() => {
    const follow = () => setColorMode(hostColorMode());
    const observer = new MutationObserver(follow);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-color-mode'] });
    follow();
    return () => observer.disconnect();
  }, [setColorMode]);
}
