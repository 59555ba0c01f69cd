import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noteFailure, noteSuccess } from '../src/api/access';
import { reportClientError } from '../src/api/report';
import { Failure } from '../src/host/failure';

const sent: { url: string; init: RequestInit; body: Record<string, unknown> }[] = [];

beforeEach(() => {
  sent.length = 0;
  document.head.innerHTML = '<meta name="tally-page" content="assets">';
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    sent.push({ url, init, body: JSON.parse(init.body as string) as Record<string, unknown> });
    return Promise.reject(new Error('unreachable'));
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  document.head.innerHTML = '';
  noteSuccess();
});

const refused = () => new Failure({ code: 'jwt.signature_invalid', cause: 'd', remedy: 'r', status: 401 });

describe('the report of a failure that a person saw', () => {
  it('says code, page and whose page it was, and outlives the page', () => {
    document.head.insertAdjacentHTML('beforeend', '<meta name="tally-page-ref" content="signed.word">');
    reportClientError(refused());
    expect(sent[0]?.url).toBe('/api/v1/client-errors');
    expect(sent[0]?.body).toEqual({ code: 'jwt.signature_invalid', page: 'assets', ref: 'signed.word' });
    expect(sent[0]?.init.keepalive).toBe(true);
  });

  it('carries no token, no cookie, and no text of the failure', () => {
    reportClientError(new Failure({ code: 'x.y', cause: 'Ada lost LAP-001', remedy: 'r' }));
    expect(sent[0]?.body).toEqual({ code: 'x.y', page: 'assets' });
    expect(sent[0]?.init.credentials).toBe('omit');
    expect(new Headers(sent[0]?.init.headers).has('Authorization')).toBe(false);
  });

  it('is sent once for a session that is lost while the page is open, and again when it is lost again', () => {
    noteFailure(refused());
    noteFailure(refused());
    expect(sent.length).toBe(1);
    noteSuccess();
    noteFailure(refused());
    expect(sent.length).toBe(2);
  });

  it('is not sent for a refusal that says nothing about access', () => {
    noteFailure(new Failure({ code: 'asset.tag_taken', cause: 'd', remedy: 'r', status: 409 }));
    expect(sent).toEqual([]);
  });
});
