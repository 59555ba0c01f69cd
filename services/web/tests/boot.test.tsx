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

/** What an empty register answers to every question. */
const EMPTY = {
  ...aSchema(),
  items: [],
  nextCursor: null,
  total: 0,
  status: [],
  type: [],
  location: [],
  holder: [],
};

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
  it('says what happened, what to do about it, and the code', async () => {
    const refusing: Transport = () =>
      Promise.resolve(problem(401, 'jwt.signature_invalid', { requestId: 'r-9' }));
    render(<App page="assets" transport={refusing} />);
    expect(await screen.findByRole('heading', { name: 'Tally could not start' })).toBeTruthy();
    expect(screen.getByRole('alert').textContent).toBe('cause of jwt.signature_invalid.');
    expect(screen.getByText('remedy of jwt.signature_invalid.')).toBeTruthy();
    expect(screen.getAllByRole('heading').map((heading) => heading.textContent)).toEqual([
      'Tally could not start',
      'What to do',
    ]);
    expect(document.body.textContent).not.toMatch(/uninstall/i);
    expect(screen.getByText('jwt.signature_invalid')).toBeTruthy();
    expect(screen.getByText('r-9')).toBeTruthy();
    await waitFor(() => expect(reports[0]).toContain('/api/v1/client-errors'));
  });

  it('says after five seconds that nothing answered yet', async () => {
    vi.useFakeTimers();
    render(<App page="assets" transport={() => new Promise(() => undefined)} />);
    await act(() => vi.advanceTimersByTimeAsync(4_900));
    expect(screen.queryByRole('heading', { name: 'Tally has not answered yet' })).toBeNull();
    await act(() => vi.advanceTimersByTimeAsync(200));
    expect(screen.getByRole('heading', { name: 'Tally has not answered yet' })).toBeTruthy();
    expect(screen.getByText(/This page keeps trying/)).toBeTruthy();
    expect(screen.getByText('network.timeout')).toBeTruthy();
    vi.useRealTimers();
  });

  it('opens when the first answer comes late', async () => {
    vi.useFakeTimers();
    let answer: (response: Response) => void = () => undefined;
    const late: Transport = (path) =>
      path.endsWith('/me') ? new Promise((resolve) => (answer = resolve)) : Promise.resolve(json(EMPTY));
    render(<App page="assets" transport={late} />);
    await act(() => vi.advanceTimersByTimeAsync(20_000));
    expect(screen.getByRole('heading', { name: 'Tally has not answered yet' })).toBeTruthy();
    await act(async () => {
      answer(json(someone(['asset.read'])));
      await vi.advanceTimersByTimeAsync(100);
    });
    expect(screen.getByRole('heading', { name: 'Assets' })).toBeTruthy();
    vi.useRealTimers();
  });

  it('tries again by itself after a failure, and reports it once', async () => {
    vi.useFakeTimers();
    let tries = 0;
    const transport: Transport = (path) => {
      if (!path.endsWith('/me')) return Promise.resolve(json(EMPTY));
      tries += 1;
      return Promise.resolve(tries < 3 ? problem(503, 'log.unavailable') : json(someone(['asset.read'])));
    };
    render(<App page="assets" transport={transport} />);
    await act(() => vi.advanceTimersByTimeAsync(6_000));
    expect(screen.getByText(/This page keeps trying/)).toBeTruthy();
    await act(() => vi.advanceTimersByTimeAsync(11_000));
    expect(screen.getByRole('heading', { name: 'Assets' })).toBeTruthy();
    expect(reports).toHaveLength(1);
    vi.useRealTimers();
  });

  it('says that Jira does not answer, and asks again until it does', async () => {
    vi.useFakeTimers();
    let tries = 0;
    const transport: Transport = (path) => {
      if (!path.endsWith('/me')) return Promise.resolve(json(EMPTY));
      tries += 1;
      if (tries === 2) return Promise.resolve(problem(503, 'log.unavailable'));
      return Promise.resolve(
        json({ ...someone(), jiraAnswers: tries > 2, role: tries > 2 ? 'admin' : null }),
      );
    };
    render(<App page="assets" transport={transport} />);
    await act(() => vi.advanceTimersByTimeAsync(100));
    expect(screen.getByText(/Jira does not answer/)).toBeTruthy();
    expect(screen.getByText(/you can only look/)).toBeTruthy();
    await act(() => vi.advanceTimersByTimeAsync(6_000));
    expect(screen.getByText(/Jira does not answer/)).toBeTruthy();
    await act(() => vi.advanceTimersByTimeAsync(11_000));
    expect(screen.queryByText(/Jira does not answer/)).toBeNull();
    vi.useRealTimers();
  });

  it('does not try again what was refused', async () => {
    vi.useFakeTimers();
    const asked: string[] = [];
    const refusing: Transport = (path) => {
      asked.push(path);
      return Promise.resolve(problem(401, 'jwt.signature_invalid'));
    };
    render(<App page="install-diagnosis" transport={refusing} />);
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    expect(asked.filter((path) => path.endsWith('/me'))).toHaveLength(1);
    expect(screen.queryByText(/keeps trying/)).toBeNull();
    vi.useRealTimers();
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
      return Promise.resolve(json(EMPTY));
    };
    render(<App page="assets" transport={transport} />);
    const again = await screen.findByRole('button', { name: 'Try now' });
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
    expect(document.querySelector('h1')?.textContent).toBe('Tally has not started yet');
    expect(document.body.textContent).toContain('This page keeps trying');
    expect(document.body.textContent).not.toMatch(/uninstall/i);
    expect(document.body.textContent).toContain('Code: host.bridge_missing');
    expect(document.querySelector('button')?.textContent).toBe('Try again');
  });

  it('explains in German where the host or the browser names it', () => {
    window.history.replaceState(null, '', '/?loc=de-DE');
    run();
    vi.advanceTimersByTime(5_000);
    expect(document.querySelector('main')?.lang).toBe('de');
    expect(document.querySelector('h1')?.textContent).toBe('Tally ist noch nicht gestartet');
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
    expect(document.querySelector('#tally-boot h1')?.textContent).toBe('Tally has not started yet');
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
    expect(document.querySelector('h1')?.textContent).toBe('Tally could not start');
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
