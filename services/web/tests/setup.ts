import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';
import { navigate } from '../src/host/address';

// Patience for a loaded machine: a test still ends as soon as what it waits for is there.
configure({ asyncUtilTimeout: 10_000 });

// What the components expect of a browser and jsdom does not have.
const nothing = () => undefined;

Object.assign(window, {
  matchMedia: (query: string) => ({
    matches: false,
    media: query,
    addEventListener: nothing,
    removeEventListener: nothing,
    addListener: nothing,
    removeListener: nothing,
  }),
  ResizeObserver: class {
    observe = nothing;
    unobserve = nothing;
    disconnect = nothing;
  },
});

Object.assign(Element.prototype, { scrollIntoView: nothing, scrollTo: nothing });

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  window.history.replaceState(null, '', '/');
  navigate('#/', { replace: true });
});
