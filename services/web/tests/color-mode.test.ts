import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Bridge } from '../src/host/bridge';
import { currentColorMode, HostModeFilter, startTheming, type ColorMode } from '../src/host/color-mode';

function modesToSet(initial: ColorMode, writes: ColorMode[]): ColorMode[] {
  const filter = new HostModeFilter(initial);
  return writes.map((mode) => filter.observe(mode)).filter((mode) => mode !== null);
}

describe('the host and our own provider write the same attribute', () => {
  it('the echo of our own mode is no request of the host', () => {
    expect(modesToSet('light', ['light'])).toEqual([]);
  });

  it('the host wins although our first write comes after its own', () => {
    expect(modesToSet('light', ['dark', 'light', 'dark'])).toEqual(['dark']);
  });

  it('every later request is followed, with our echo in between', () => {
    expect(modesToSet('light', ['light', 'dark', 'dark', 'light', 'light', 'dark', 'dark'])).toEqual([
      'dark',
      'light',
      'dark',
    ]);
  });
});

describe('starting', () => {
  afterEach(() => document.documentElement.removeAttribute('data-color-mode'));

  const bridge = (initializeTheming: () => void): Bridge => ({
    context: { getToken: () => Promise.resolve('t') },
    theming: { initializeTheming },
  });

  it('waits for the first word of the host', async () => {
    const started = startTheming(
      bridge(
        () =>
          void Promise.resolve().then(() => document.documentElement.setAttribute('data-color-mode', 'dark')),
      ),
      60_000,
    );
    await started;
    expect(currentColorMode()).toBe('dark');
  });

  it('does not wait for a host that says nothing', async () => {
    vi.useFakeTimers();
    const started = startTheming(
      bridge(() => undefined),
      250,
    );
    await vi.advanceTimersByTimeAsync(250);
    await started;
    expect(currentColorMode()).toBe('light');
  });
});
