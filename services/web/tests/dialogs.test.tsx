import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { AssetActions } from '../src/pages/asset/AssetActions';
import { CorrectDialog } from '../src/pages/asset/CorrectDialog';
import { dayOf } from '../src/day';
import { effectiveTime } from '../src/pages/asset/effective-time';
import { EditDialog } from '../src/pages/asset/EditDialog';
import { HandOverDialog } from '../src/pages/asset/HandOverDialog';
import RegisterDialog from '../src/components/asset/RegisterDialog';
import { SimpleDialog } from '../src/pages/asset/SimpleDialog';
import type { AssetStatus } from '../src/api/model';
import { anAsset, fakeServer, problem, renderAs, someone, type Answer, type Sent } from './support';

const FACETS = { status: [], type: [], location: [], holder: [] };
const user = userEvent.setup({ delay: null });

function open(node: Parameters<typeof renderAs>[0], routes: Record<string, (sent: Sent) => Answer>) {
  const server = fakeServer({ 'GET /assets/facets': () => FACETS, ...routes });
  renderAs(node, server.transport);
  return server;
}

const fill = async (name: string, text: string) =>
  user.type(await screen.findByRole('textbox', { name }), text);
const press = (name: string) => user.click(screen.getByRole('button', { name }));

describe('registering', () => {
  it('sends the attributes that were filled in, and a tag only when one was given', async () => {
    const onClose = vi.fn();
    const server = open(<RegisterDialog onClose={onClose} />, { 'POST /assets': () => anAsset() });
    await fill('Name', 'MacBook');
    await fill('Manufacturer', ' Apple ');
    await press('Add a field');
    await fill('Field name', 'Cost centre');
    await fill('Value', '4711');
    await press('Register');
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    const [sent] = server.to('POST', '/assets');
    expect(sent?.body).toEqual({
      attributes: { name: 'MacBook', manufacturer: 'Apple', 'Cost centre': '4711' },
    });
    expect(sent?.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('puts a refusal at the field it is about', async () => {
    open(<RegisterDialog onClose={vi.fn()} />, { 'POST /assets': () => problem(409, 'asset.tag_taken') });
    await fill('Name', 'MacBook');
    await fill('Tag', 'A-1');
    await press('Register');
    const tag = screen.getByRole('textbox', { name: 'Tag' });
    await waitFor(() => expect(tag.getAttribute('aria-invalid')).toBe('true'));
    const note = document.getElementById(tag.getAttribute('aria-describedby') ?? '');
    expect(note?.textContent).toBe('cause of asset.tag_taken. remedy of asset.tag_taken.');
  });

  it('offers to restore the retired asset that has the tag', async () => {
    const retired = anAsset({ id: 'old', tag: 'A-1', status: 'retired' });
    const server = open(<RegisterDialog onClose={vi.fn()} />, {
      'POST /assets': () => problem(409, 'asset.tag_retired', { parameters: { tag: 'A-1' } }),
      'GET /assets': () => ({ items: [retired], nextCursor: null }),
      'POST /assets/old/restore': () => ({ ...retired, status: 'in_stock' }),
    });
    await fill('Name', 'MacBook');
    await fill('Tag', 'A-1');
    await press('Register');
    await user.click(await screen.findByRole('button', { name: 'Restore A-1' }));
    await waitFor(() => expect(server.to('POST', '/assets/old/restore')).toHaveLength(1));
    expect(server.to('GET', '/assets')[0]?.query).toMatchObject({ query: 'tag = "A-1"' });
  });

  it('asks for a name before it asks the server', async () => {
    const server = open(<RegisterDialog onClose={vi.fn()} />, {});
    await press('Register');
    expect(await screen.findByText('Enter a name for the asset.')).toBeTruthy();
    expect(server.to('POST', '/assets')).toEqual([]);
  });

  it('keeps its key when the answer was lost and the same is sent again', async () => {
    let isLost = true;
    const server = open(<RegisterDialog onClose={vi.fn()} />, {
      'POST /assets': () => (isLost ? problem(503, 'log.unavailable') : anAsset()),
    });
    await fill('Name', 'MacBook');
    await press('Register');
    await screen.findByText('The asset was not registered');
    isLost = false;
    await press('Register');
    await waitFor(() => expect(server.to('POST', '/assets')).toHaveLength(2));
    const [first, second] = server.to('POST', '/assets').map(({ headers }) => headers.get('Idempotency-Key'));
    expect(second).toBe(first);
  });
});

describe('editing', () => {
  it('sends only what changed, against the revision that was seen', async () => {
    const server = open(<EditDialog asset={anAsset()} onClose={vi.fn()} />, {
      'PATCH /assets/asset-1': () => anAsset(),
    });
    const name = screen.getByRole('textbox', { name: 'Name' });
    await user.clear(name);
    await user.type(name, 'ThinkPad X2');
    await fill('Reason for the change', 'Wrong label');
    await press('Save');
    await waitFor(() => expect(server.to('PATCH', '/assets/asset-1')).toHaveLength(1));
    const [sent] = server.to('PATCH', '/assets/asset-1');
    expect(sent?.body).toEqual({ set: { name: 'ThinkPad X2' }, reason: 'Wrong label' });
    expect(sent?.headers.get('If-Match')).toBe('"3"');
  });

  it('says that it changed in the meantime, reloads, and keeps what was entered', async () => {
    const newer = anAsset({
      revision: 4,
      attributes: { name: 'ThinkPad X1', type: 'Laptop', location: 'Vienna' },
    });
    let isStale = true;
    const server = open(<EditDialog asset={anAsset()} onClose={vi.fn()} />, {
      'PATCH /assets/asset-1': () => (isStale ? problem(412, 'request.precondition_failed') : newer),
      'GET /assets/asset-1': () => newer,
    });
    await fill('Model', 'Gen 11');
    await press('Save');
    expect(await screen.findByText('Changed in the meantime')).toBeTruthy();
    isStale = false;
    await press('Reload');
    await waitFor(() => expect(screen.queryByText('Changed in the meantime')).toBeNull());
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Model' }).value).toBe('Gen 11');
    await press('Save');
    await waitFor(() => expect(server.to('PATCH', '/assets/asset-1')).toHaveLength(2));
    const again = server.to('PATCH', '/assets/asset-1')[1];
    expect(again?.body).toEqual({ set: { model: 'Gen 11' } });
    expect(again?.headers.get('If-Match')).toBe('"4"');
  });
});

describe('handing over', () => {
  const people = {
    'GET /people': () => ({ items: [{ accountId: 'p:2', displayName: 'Vic Viewer', avatarUrl: null }] }),
  };

  it('checks out to the person that was found', async () => {
    const onClose = vi.fn();
    const server = open(<HandOverDialog action="checkOut" asset={anAsset()} onClose={onClose} />, {
      ...people,
      'POST /assets/asset-1/check-out': () => anAsset({ status: 'checked_out' }),
    });
    await user.type(screen.getByRole('combobox', { name: 'To' }), 'vic');
    await user.click(await screen.findByRole('option', { name: /Vic Viewer/ }));
    await fill('Note', 'With charger');
    await press('Check out');
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(server.to('POST', '/assets/asset-1/check-out')[0]?.body).toEqual({
      to: 'p:2',
      note: 'With charger',
    });
    expect(server.to('GET', '/people').at(-1)?.query.query).toBe('vic');
  });

  it('says that people cannot be searched and does not show an empty list', async () => {
    open(<HandOverDialog action="checkOut" asset={anAsset()} onClose={vi.fn()} />, {
      'GET /people': () => problem(503, 'permission.check_unavailable'),
    });
    expect(await screen.findByText(/cause of permission.check_unavailable/)).toBeTruthy();
  });

  it('searches again after a search that failed', async () => {
    let asked = 0;
    open(<HandOverDialog action="checkOut" asset={anAsset()} onClose={vi.fn()} />, {
      'GET /people': ({ query }) => {
        if (query.query === 'vic') asked += 1;
        return asked === 1 ? problem(503, 'jira.unavailable') : people['GET /people']();
      },
    });
    const field = screen.getByRole('combobox', { name: 'To' });
    await user.type(field, 'vic');
    expect(
      await screen.findByText(/cause of jira.unavailable/, { selector: '[role=alert] *, [role=alert]' }),
    ).toBeTruthy();
    expect(screen.queryByText(/No people found/)).toBeNull();
    await user.type(field, '{Backspace}c');
    expect(await screen.findByRole('option', { name: /Vic Viewer/ })).toBeTruthy();
  });

  it('asks who gets the asset', async () => {
    const server = open(<HandOverDialog action="transfer" asset={anAsset()} onClose={vi.fn()} />, people);
    await press('Transfer');
    expect(await screen.findByText('Choose the person who gets the asset.')).toBeTruthy();
    expect(server.to('POST', '/assets/asset-1/transfer')).toEqual([]);
  });
});

describe('the short acts', () => {
  it.each([
    ['checkIn', 'Check in', 'Note', 'check-in', { note: 'ok' }],
    ['retire', 'Retire', 'Reason', 'retire', { reason: 'ok' }],
    ['restore', 'Restore', 'Reason', 'restore', { reason: 'ok' }],
  ] as const)('%s sends its word', async (act, button, label, path, body) => {
    const server = open(<SimpleDialog action={act} asset={anAsset()} onClose={vi.fn()} />, {
      [`POST /assets/asset-1/${path}`]: () => anAsset(),
    });
    await fill(label, 'ok');
    await press(button);
    await waitFor(() => expect(server.to('POST', `/assets/asset-1/${path}`)[0]?.body).toEqual(body));
  });

  it('show a refusal with cause, remedy and code', async () => {
    open(<SimpleDialog action="retire" asset={anAsset()} onClose={vi.fn()} />, {
      'POST /assets/asset-1/retire': () => problem(409, 'asset.still_checked_out'),
    });
    await press('Retire');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('remedy of asset.still_checked_out.');
    expect(within(alert).getByText('asset.still_checked_out')).toBeTruthy();
  });
});

describe('withdrawing a registration', () => {
  it('is confirmed, sends the reason, and leads to the list', async () => {
    const onClose = vi.fn();
    window.location.hash = '#/asset/asset-1';
    const server = open(<SimpleDialog action="withdraw" asset={anAsset()} onClose={onClose} />, {
      'POST /assets/asset-1/withdraw': () => new Response(null, { status: 204 }),
    });
    expect(screen.getByText(/the tag A-000001 is free again/)).toBeTruthy();
    await fill('Reason', 'mistyped');
    await press('Withdraw the registration');
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(server.to('POST', '/assets/asset-1/withdraw')[0]?.body).toEqual({ reason: 'mistyped' });
    expect(window.location.hash).toBe('#/');
  });
});
describe('correcting', () => {
  it('needs a day and a reason', async () => {
    const server = open(<CorrectDialog asset={anAsset()} onClose={vi.fn()} />, {});
    await press('Correct');
    expect(await screen.findByText('Choose the day since which this has been true.')).toBeTruthy();
    expect(
      screen.getByText('Enter a reason, so that readers of the history understand the correction.'),
    ).toBeTruthy();
    expect(server.sent.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});

describe('the time from which a correction holds', () => {
  const registered = new Date(2026, 0, 2, 10, 30);

  it('is the start of the day', () => {
    expect(effectiveTime('2026-01-03', registered.toISOString())).toBe(new Date(2026, 0, 3).toISOString());
  });

  it('is the registration on the day of the registration', () => {
    expect(effectiveTime(dayOf(registered), registered.toISOString())).toBe(registered.toISOString());
  });
});

describe('what an asset offers', () => {
  it.each([
    ['in_stock', ['Check out', 'Edit', 'More actions']],
    ['checked_out', ['Check in', 'Transfer', 'Edit', 'More actions']],
    ['retired', ['Restore', 'More actions']],
  ] as [AssetStatus, string[]][])('when %s', (status, names) => {
    open(<AssetActions asset={anAsset({ status })} />, {});
    const offered = screen
      .getAllByRole('button')
      .map((one) => one.getAttribute('aria-label') ?? one.textContent);
    expect(offered).toEqual(names);
  });

  it('is nothing to someone who may only read', () => {
    renderAs(<AssetActions asset={anAsset()} />, fakeServer({}).transport, someone(['asset.read']));
    expect(screen.queryAllByRole('button')).toEqual([]);
  });
});

describe('closing a dialog in passing', () => {
  it('asks before it discards entries, and Escape means no', async () => {
    const onClose = vi.fn();
    open(<SimpleDialog action="checkIn" asset={anAsset()} onClose={onClose} />, {});
    await fill('Note', 'with charger');
    await user.keyboard('{Escape}');
    expect(onClose).not.toHaveBeenCalled();
    const question = screen.getByRole('alertdialog', { name: 'Discard what you entered?' });
    expect(document.activeElement?.textContent).toBe('Keep editing');
    await user.keyboard('{Escape}');
    expect(question.isConnected).toBe(false);
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Note' }).value).toBe('with charger');
    await press('Close');
    await press('Discard');
    expect(onClose).toHaveBeenCalledOnce();
  });

  it('closes at once where nothing was entered', async () => {
    const onClose = vi.fn();
    open(<SimpleDialog action="checkIn" asset={anAsset()} onClose={onClose} />, {});
    await user.keyboard('{Escape}');
    expect(onClose).toHaveBeenCalledOnce();
  });
});
