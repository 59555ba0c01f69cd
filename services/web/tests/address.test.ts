import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followHostAddress, hostHref, isPlainClick, lastList, navigate } from '../src/host/address';
import type { Bridge } from '../src/host/bridge';
import { readLocale } from '../src/host/locale';

const written: string[] = [];

const bridgeAt = (state: unknown): Bridge => ({
  context: { getToken: () => Promise.resolve('t') },
  history: {
    getState: (_type, done) => done(state),
    replaceState: (next) => written.push(next),
  },
});

beforeEach(() => {
  written.length = 0;
  window.history.replaceState(null, '', '/');
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the host's address", () => {
  it('opens the view that it names', async () => {
    await followHostAddress(bridgeAt('/asset/42?asOf=2024-05-01'));
    expect(window.location.hash).toBe('#/asset/42?asOf=2024-05-01');
  });

  it('opens it when the host hands it out encoded', async () => {
    await followHostAddress(bridgeAt(encodeURIComponent('/?q=a%20b')));
    expect(window.location.hash).toBe('#/?q=a%20b');
  });

  it('gives way to a view that the frame has already', async () => {
    window.history.replaceState(null, '', '/#/import');
    await followHostAddress(bridgeAt('/asset/42'));
    expect(window.location.hash).toBe('#/import');
  });

  it.each([undefined, null, '', 'javascript:alert(1)', { state: 1 }])(
    'is ignored when it names no view: %j',
    async (state) => {
      await followHostAddress(bridgeAt(state));
      expect(window.location.hash).toBe('');
    },
  );

  it('repeats each view that is opened', async () => {
    await followHostAddress(bridgeAt(''));
    navigate('#/?q=think');
    navigate('#/asset/1', { replace: true });
    expect(written).toEqual(['/?q=think', '/asset/1']);
  });

  it('does not hold up the start when the host stays silent', async () => {
    vi.useFakeTimers();
    const silent = bridgeAt('');
    silent.history = { getState: () => undefined, replaceState: () => undefined };
    const followed = followHostAddress(silent);
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(followed).resolves.toBeUndefined();
  });
});

describe('the address of a view', () => {
  afterEach(() => document.head.replaceChildren());

  it('is that of the page in the host, where the server wrote it into the document', () => {
    expect(hostHref('#/asset/42')).toBe('#/asset/42');
    const page = 'https://acme.test/plugins/servlet/ac/tally-assets/assets';
    document.head.innerHTML = `<meta name="tally-address" content="${page}">`;
    expect(hostHref('#/asset/42?asOf=2024-05-01')).toBe(`${page}#!/asset/42?asOf=2024-05-01`);
  });

  it('of the list is the one that was shown last, and the plain one before any was', () => {
    expect(lastList()).toMatch(/^#\//);
    navigate('#/?type=Laptop&type=Dock');
    navigate('#/asset/42');
    expect(lastList()).toBe('#/?type=Laptop&type=Dock');
  });

  it('is opened here by a plain click only', () => {
    const plain = { button: 0, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
    expect(isPlainClick(plain)).toBe(true);
    for (const other of [{ button: 1 }, { ctrlKey: true }, { metaKey: true }, { shiftKey: true }]) {
      expect(isPlainClick({ ...plain, ...other })).toBe(false);
    }
  });
});

describe('the locale of the reader', () => {
  const bridgeOf = (getLocale: (done: (locale: string) => void) => void): Bridge => ({
    context: { getToken: () => Promise.resolve('t') },
    user: { getLocale },
  });

  it("is that of the frame's address, or else the bridge's", async () => {
    const german = bridgeOf((done) => done('de_DE'));
    expect(await readLocale(german)).toBe('de-DE');
    window.history.replaceState(null, '', '/?loc=fr-FR');
    expect(await readLocale(german)).toBe('fr-FR');
  });

  it("is the browser's without a bridge, and when the bridge stays silent", async () => {
    expect(await readLocale(null)).toBe(navigator.language);
    vi.useFakeTimers();
    const asked = readLocale(bridgeOf(() => undefined));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await asked).toBe(navigator.language);
  });
});
