import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Installation, InstallLogEntry, Secret, TenantStatus } from '../src/api/types';
import DiagnosisPage from '../src/pages/diagnosis/DiagnosisPage';
import { healthVerdict } from '../src/pages/diagnosis/verdict';
import { fakeServer, renderAs, someone } from './support';

const secret = (part: Partial<Secret> = {}): Secret => ({
  fingerprint: 'aaaa',
  state: 'current',
  since: '2026-05-01T10:00:00Z',
  acceptedUntil: null,
  lastUsedAt: '2026-05-02T10:00:00Z',
  uses: 5,
  ...part,
});

const installation = (secrets: Secret[] = [secret()], status: TenantStatus = 'enabled'): Installation => ({
  tenant: {
    id: 't',
    clientKey: 'c',
    baseUrl: 'http://acme.localhost',
    displayUrl: null,
    productType: 'jira',
    status,
    firstInstalledAt: '2026-01-01T10:00:00Z',
    lastHandshakeAt: '2026-05-01T10:00:00Z',
    lastPageLoadAt: null,
  },
  secrets,
});

const callback = (outcome: 'accepted' | 'refused'): InstallLogEntry => ({
  at: '2026-05-03T10:00:00Z',
  callback: 'installed',
  outcome,
  code: outcome === 'refused' ? 'install.audience_mismatch' : null,
  cause: outcome === 'refused' ? 'Made for another address.' : null,
  remedy: outcome === 'refused' ? 'Update the app.' : null,
  fingerprint: null,
  claimedClientKey: 'c',
  requestId: null,
  suppressedSince: 0,
});

describe('the state of an install in words', () => {
  it('is well when the current secret verifies', () => {
    expect(healthVerdict(installation(), [callback('accepted')]).title).toBe('All well');
  });

  it('is no alarm that the previous secret is still in use after a rotation', () => {
    const previous = secret({ fingerprint: 'bbbb', state: 'previous', since: '2026-01-01T10:00:00Z' });
    const verdict = healthVerdict(installation([secret(), previous]), []);
    expect([verdict.tone, verdict.title]).toEqual([
      'information',
      'Some requests still use the previous secret',
    ]);
  });

  it('warns of a refused install until one is accepted', () => {
    const open = healthVerdict(installation(), [callback('refused'), callback('accepted')]);
    expect([open.tone, open.remedy]).toEqual(['warning', 'Update the app.']);
    const mended = healthVerdict(installation(), [callback('accepted'), callback('refused')]);
    expect(mended.tone).toBe('success');
  });

  it('puts the worst first', () => {
    const candidate = secret({ fingerprint: 'cccc', state: 'candidate' });
    expect(healthVerdict(installation([secret(), candidate]), []).tone).toBe('warning');
    expect(healthVerdict(installation([]), [callback('refused')]).tone).toBe('error');
    expect(healthVerdict(installation([secret(), candidate], 'uninstalled'), []).title).toContain(
      'uninstalled',
    );
  });
});

describe('the diagnosis page', () => {
  it('shows each secret by its fingerprint and what to do about a refusal', async () => {
    const server = fakeServer({
      'GET /admin/installation': () => installation(),
      'GET /admin/timeline': () => ({ items: [], nextCursor: null }),
      'GET /admin/install-log': () => ({ items: [callback('refused')], nextCursor: null }),
    });
    renderAs(<DiagnosisPage />, server.transport);
    expect(await screen.findByText('aaaa')).toBeTruthy();
    expect(await screen.findByText(/Made for another address. \(install.audience_mismatch\)/)).toBeTruthy();
  });

  it('asks nothing of the server for someone who may not see it', () => {
    const server = fakeServer({});
    renderAs(<DiagnosisPage />, server.transport, someone(['asset.read']));
    expect(screen.getByText('permission.denied')).toBeTruthy();
    expect(server.sent).toEqual([]);
  });
});
