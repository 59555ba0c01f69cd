import { describe, expect, it } from 'vitest';
import { SubmitKey } from '../src/api/commands';
import { createApi } from '../src/api/client';
import { Failure } from '../src/host/failure';
import { anAsset, fakeServer, problem } from './support';

describe('requests', () => {
  it('carry an Idempotency-Key on every POST', async () => {
    const server = fakeServer({ 'POST /assets/asset-1/check-out': () => anAsset() });
    await createApi(server.transport).assets.checkOut('asset-1', { to: 'p' }, 'key-1');
    expect(server.sent[0]?.headers.get('Idempotency-Key')).toBe('key-1');
    expect(server.sent[0]?.body).toEqual({ to: 'p' });
  });

  it('carry the seen revision on an edit', async () => {
    const server = fakeServer({ 'PATCH /assets/asset-1': () => anAsset() });
    await createApi(server.transport).assets.edit('asset-1', { set: { location: null } }, 7);
    expect(server.sent[0]?.headers.get('If-Match')).toBe('"7"');
    expect(server.sent[0]?.body).toEqual({ set: { location: null } });
  });

  it('send the bytes of a file as they are, with how it is to be read', async () => {
    const server = fakeServer({ 'POST /imports': () => ({ id: 'i' }) });
    const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0x6e, 0xfc, 0x0a, 0xff]);
    const choices = { encoding: 'windows-1252', headerLine: 2, fields: '2:name,3:-' };
    await createApi(server.transport).imports.start(
      bytes,
      { fileName: 'a b.csv', dryRun: true, ...choices },
      'k',
    );
    const [sent] = server.sent;
    expect(sent?.query).toEqual({ fileName: 'a b.csv', dryRun: 'true', ...choices, headerLine: '2' });
    expect(sent?.headers.get('Content-Type')).toContain('text/csv');
    expect(sent?.body).toEqual([...bytes]);
  });

  it('leave out what is not given', async () => {
    const server = fakeServer({ 'GET /assets': () => ({ items: [], nextCursor: null }) });
    await createApi(server.transport).assets.list({ type: ['a&b'], location: undefined }, null, null);
    expect(server.sent[0]?.query).toEqual({ type: 'a&b', limit: '100' });
  });
});

describe('refusals', () => {
  it('carry code, cause, remedy, field and request id', async () => {
    const refusal = problem(409, 'asset.tag_taken', { field: 'tag', requestId: 'r-1' });
    const server = fakeServer({ 'POST /assets': () => refusal });
    const failed = createApi(server.transport).assets.register({ attributes: {} }, 'k');
    await expect(failed).rejects.toMatchObject({
      code: 'asset.tag_taken',
      serverCause: 'cause of asset.tag_taken.',
      serverRemedy: 'remedy of asset.tag_taken.',
      field: 'tag',
      requestId: 'r-1',
      status: 409,
    });
  });

  it('carry the range in a query and what could stand there, where the server sends it', async () => {
    const refusalOf = async (extra: object) => {
      const server = fakeServer({ 'GET /me': () => problem(400, 'query.invalid', extra) });
      return createApi(server.transport)
        .me()
        .catch((failure: unknown) => failure);
    };
    expect(await refusalOf({ from: 4, to: 6, expected: ['='] })).toMatchObject({
      range: { from: 4, to: 6 },
      expected: ['='],
    });
    expect(await refusalOf({ from: 4, to: 2 })).toMatchObject({ range: null, expected: [] });
    expect(await refusalOf({})).toMatchObject({ range: null, expected: [] });
  });

  it('carry the values that their texts name', async () => {
    const refusal = problem(409, 'asset.tag_taken', { parameters: { tag: 'LAP-1' } });
    const server = fakeServer({ 'POST /assets': () => refusal });
    const failed = createApi(server.transport).assets.register({ attributes: {} }, 'k');
    await expect(failed).rejects.toMatchObject({ values: { tag: 'LAP-1' } });
  });

  it('can still be distinguished when a proxy answered without a reason', async () => {
    const server = fakeServer({ 'GET /me': () => new Response('<h1>Bad gateway</h1>', { status: 502 }) });
    await expect(createApi(server.transport).me()).rejects.toMatchObject({ code: 'http.502', status: 502 });
  });
});

describe('the key of a submit', () => {
  const lost = new Failure({ code: 'network.unreachable', cause: '', remedy: '' });
  const refused = new Failure({ code: 'asset.tag_taken', cause: '', remedy: '', status: 409 });
  const overloaded = new Failure({ code: 'request.rate_limited', cause: '', remedy: '', status: 429 });
  const underWay = new Failure({ code: 'request.idempotency_key_in_use', status: 409 });

  it('stays the same when the answer to the same content was lost', () => {
    const key = new SubmitKey();
    const first = key.for({ to: 'a' });
    for (const failure of [lost, overloaded, underWay]) {
      key.failed(failure);
      expect(key.for({ to: 'a' })).toBe(first);
    }
  });

  it('is new for other content, after success, and after a final refusal', () => {
    const key = new SubmitKey();
    const keys = [key.for({ to: 'a' }), key.for({ to: 'b' })];
    key.done();
    keys.push(key.for({ to: 'b' }));
    key.failed(refused);
    keys.push(key.for({ to: 'b' }));
    expect(new Set(keys).size).toBe(4);
  });
});
