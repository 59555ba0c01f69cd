import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { IncidentNotice } from '../src/api/model';
import { IncidentBanner } from '../src/app/IncidentBanner';
import { NEWS_EVERY_MS } from '../src/app/incidents';
import { fakeServer, problem, renderAs } from './support';

const notice = (part: Partial<IncidentNotice> = {}): IncidentNotice => ({
  id: 'incident-1',
  component: 'pages',
  title: 'Pages of some sites do not open',
  stage: 'identified',
  since: '2026-03-07T09:10:00Z',
  message: 'Choose Update for Tally in Manage apps.',
  updatedAt: '2026-03-07T10:00:00Z',
  ...part,
});

function serve(first: IncidentNotice[]) {
  let items = first;
  const server = fakeServer({ 'GET /notices': () => ({ items, statusUrl: 'https://tally.test/status' }) });
  return { ...server, publish: (next: IncidentNotice[]) => (items = next) };
}

const hide = () => screen.findByRole('button', { name: /^Hide until the next update/ });

beforeEach(() => window.sessionStorage.clear());

afterEach(() => {
  vi.useRealTimers();
});

describe('the banner of incidents', () => {
  it('says what, the newest message, how far and where more is to be read', async () => {
    const server = serve([notice()]);
    const { container } = renderAs(<IncidentBanner />, server.transport);
    expect(await screen.findByText('Pages of some sites do not open.')).toBeTruthy();
    const region = screen.getByRole('status');
    expect(region.textContent).toContain('Choose Update for Tally in Manage apps.');
    expect(region.textContent).toContain('We know the cause');
    const link = screen.getByRole('link', { name: 'Status page' });
    expect([link.getAttribute('href'), link.getAttribute('target')]).toEqual([
      'https://tally.test/status',
      '_blank',
    ]);
    const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map((violation) => violation.id)).toEqual([]);
  });

  it('is an empty region when nothing affects this site, and when it cannot be asked', async () => {
    const server = serve([]);
    const { unmount } = renderAs(<IncidentBanner />, server.transport);
    await waitFor(() => expect(server.to('GET', '/notices').length).toBe(1));
    expect(screen.getByRole('status').textContent).toBe('');
    unmount();
    const broken = fakeServer({ 'GET /notices': () => problem(503, 'views.unavailable') });
    renderAs(<IncidentBanner />, broken.transport);
    await waitFor(() => expect(broken.sent.length).toBe(1));
    expect(screen.getByRole('status').textContent).toBe('');
  });

  it('stays away once dismissed, also after a reload, until there is news', async () => {
    const server = serve([notice()]);
    const { unmount } = renderAs(<IncidentBanner />, server.transport);
    fireEvent.click(await hide());
    expect(screen.getByRole('status').textContent).toBe('');
    unmount();
    const again = renderAs(<IncidentBanner />, server.transport);
    await waitFor(() => expect(server.to('GET', '/notices').length).toBe(2));
    expect(screen.getByRole('status').textContent).toBe('');
    again.unmount();
    server.publish([notice({ updatedAt: '2026-03-07T11:00:00Z', message: 'It is fixed.' })]);
    renderAs(<IncidentBanner />, server.transport);
    expect(await screen.findByText(/It is fixed/)).toBeTruthy();
  });

  it('stays away where the browser refuses storage to the frame, since the host keeps it', async () => {
    const refused = vi.spyOn(window, 'sessionStorage', 'get').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    let cookie: string | undefined;
    window.AP = {
      context: { getToken: () => Promise.resolve('t') },
      cookie: { read: (_, done) => done(cookie), save: (_, value) => (cookie = value) },
    };
    const server = serve([notice()]);
    const { unmount } = renderAs(<IncidentBanner />, server.transport);
    fireEvent.click(await hide());
    expect(screen.getByRole('status').textContent).toBe('');
    expect(cookie).toBe('["incident-1 2026-03-07T10:00:00Z"]');
    unmount();
    // As after a reload: only the host has it.
    cookie = '["incident-2 2026-03-07T10:00:00Z"]';
    server.publish([notice({ id: 'incident-2' })]);
    renderAs(<IncidentBanner />, server.transport);
    await waitFor(() => expect(server.to('GET', '/notices').length).toBe(2));
    expect(screen.getByRole('status').textContent).toBe('');
    refused.mockRestore();
    delete window.AP;
  });

  it('fetches once a minute, and not while the page is hidden', async () => {
    vi.useFakeTimers();
    const server = serve([]);
    renderAs(<IncidentBanner />, server.transport);
    await act(() => vi.advanceTimersByTimeAsync(10));
    await act(() => vi.advanceTimersByTimeAsync(NEWS_EVERY_MS + 10));
    expect(server.sent.length).toBe(2);
    const hidden = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    await act(() => vi.advanceTimersByTimeAsync(3 * NEWS_EVERY_MS));
    expect(server.sent.length).toBe(2);
    hidden.mockRestore();
  });
});
