import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import '../src/flags';
import { App } from '../src/app/App';
import { noTransport } from '../src/host/connect';
import type { Transport } from '../src/host/transport';
import { aSchema, json, problem, someone } from './support';

const reports: string[] = [];

beforeEach(() => {
  reports.length = 0;
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    reports.push(`${url} ${init.body as string}`);
    return Promise.resolve(new Response(null, { status: 204 }));
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  document.documentElement.removeAttribute('data-tally');
});

describe('a first load that cannot authenticate', () => {
  it('says what happened, what each reader can do, and the code', async () => {
    const refusing: Transport = () =>
      Promise.resolve(problem(401, 'jwt.unknown_issuer', { requestId: 'r-9' }));
    render(<App page="assets" transport={refusing} />);
    expect(await screen.findByRole('heading', { name: 'Tally could not start' })).toBeTruthy();
    expect(screen.getByRole('alert').textContent).toBe('cause of jwt.unknown_issuer.');
    expect(screen.getByText('remedy of jwt.unknown_issuer.')).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'What your Jira admin can do' })).toBeTruthy();
    expect(screen.getByText('jwt.unknown_issuer')).toBeTruthy();
    expect(screen.getByText('r-9')).toBeTruthy();
    await waitFor(() => expect(reports[0]).toContain('/api/v1/client-errors'));
  });

  it('stops waiting after five seconds when nothing answers', async () => {
    vi.useFakeTimers();
    render(<App page="assets" transport={() => new Promise(() => undefined)} />);
    await act(() => vi.advanceTimersByTimeAsync(4_900));
    expect(screen.queryByRole('heading', { name: 'Tally could not start' })).toBeNull();
    await act(() => vi.advanceTimersByTimeAsync(200));
    expect(screen.getByRole('heading', { name: 'Tally could not start' })).toBeTruthy();
    expect(screen.getByText('network.timeout')).toBeTruthy();
  });

  it('explains a host whose script never ran', async () => {
    render(<App page="assets" transport={noTransport} />);
    expect(await screen.findByText('host.bridge_missing')).toBeTruthy();
  });

  it('starts once a retry is answered', async () => {
    let isRefusing = true;
    const transport: Transport = (path) => {
      if (path.endsWith('/me')) {
        return Promise.resolve(isRefusing ? problem(503, 'log.unavailable') : json(someone(['asset.read'])));
      }
      return Promise.resolve(
        json({
          ...aSchema(),
          items: [],
          nextCursor: null,
          total: 0,
          status: [],
          type: [],
          location: [],
          holder: [],
        }),
      );
    };
    render(<App page="assets" transport={transport} />);
    const again = await screen.findByRole('button', { name: 'Try again' });
    isRefusing = false;
    await userEvent.click(again);
    expect(await screen.findByRole('heading', { name: 'Assets' })).toBeTruthy();
  });

  it('has no accessibility fault that can be seen without layout', async () => {
    const { container } = render(<App page="assets" transport={noTransport} />);
    await screen.findByText('host.bridge_missing');
    const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map((violation) => violation.id)).toEqual([]);
  });
});

describe('the boot watch', () => {
  const source = readFileSync('src/boot/boot-watch.js', 'utf8');
  const run = () => {
    window.eval(source);
  };

  beforeEach(() => {
    vi.useFakeTimers();
    document.body.innerHTML = '<div id="root"><p>Loading...</p></div>';
  });

  afterEach(() => {
    document.body.innerHTML = '';
    delete window.AP;
  });

  it('explains after five seconds why nothing appeared', () => {
    run();
    vi.advanceTimersByTime(4_999);
    expect(document.body.textContent).toBe('Loading...');
    vi.advanceTimersByTime(1);
    expect(document.querySelector('h1')?.textContent).toBe('Tally could not start');
    expect(document.body.textContent).toContain('Code: host.bridge_missing');
    expect(document.querySelector('button')?.textContent).toBe('Try again');
  });

  it('explains in German where the host or the browser names it', () => {
    window.history.replaceState(null, '', '/?loc=de-DE');
    run();
    vi.advanceTimersByTime(5_000);
    expect(document.querySelector('main')?.lang).toBe('de');
    expect(document.querySelector('h1')?.textContent).toBe('Tally konnte nicht starten');
    expect(document.body.textContent).not.toMatch(/\b(?:the|what|try again)\b/i);
  });

  it('has the same texts in both languages', () => {
    const texts = source.slice(source.indexOf('TEXTS'), source.indexOf('failedScript'));
    const keys = [...texts.matchAll(/^ {6}(\w+):/gm)].map(([, key]) => key);
    const half = keys.length / 2;
    expect(half).toBeGreaterThan(8);
    expect(keys.slice(half)).toEqual(keys.slice(0, half));
  });

  it('finds a place even when the document has stopped before its body', () => {
    document.body.innerHTML = '';
    run();
    vi.advanceTimersByTime(5_000);
    expect(document.querySelector('#tally-boot h1')?.textContent).toBe('Tally could not start');
  });

  it('keeps quiet when the app has started', () => {
    run();
    document.documentElement.setAttribute('data-tally', 'started');
    vi.advanceTimersByTime(10_000);
    expect(document.body.textContent).toBe('Loading...');
  });

  it('distinguishes a missing bundle from a missing bridge, without waiting', () => {
    window.AP = { context: { getToken: () => Promise.resolve('t') } };
    run();
    const script = document.createElement('script');
    document.body.append(script);
    script.dispatchEvent(new Event('error'));
    expect(document.body.textContent).toContain('Code: ui.bundle_failed');
  });

  it('reports the code, the page and the site to the server', () => {
    const sent: string[] = [];
    class Request {
      open = (method: string, url: string) => sent.push(`${method} ${url}`);
      setRequestHeader = () => undefined;
      send = (body: string) => sent.push(body);
    }
    vi.stubGlobal('XMLHttpRequest', Request);
    document.head.innerHTML =
      '<meta name="tally-page" content="assets"><meta name="tally-page-ref" content="w">';
    run();
    vi.advanceTimersByTime(5_000);
    document.head.innerHTML = '';
    expect(sent).toEqual([
      'POST /api/v1/client-errors',
      '{"code":"host.bridge_missing","page":"assets","ref":"w"}',
    ]);
  });

  it('uses no syntax that an old browser would refuse', () => {
    expect(source).not.toMatch(/=>|\b(let|const|class)\b|`/);
  });
});
