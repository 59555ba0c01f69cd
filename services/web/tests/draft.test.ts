import { describe, expect, it } from 'vitest';
import {
  attributeKey,
  attributesOf,
  changesBetween,
  draftErrors,
  draftOf,
  rebase,
} from '../src/components/asset/draft';

const base = { name: 'ThinkPad', location: 'Berlin', cost_centre: '4711' };

describe('the draft of an asset', () => {
  it('stands for exactly the attributes it was made of', () => {
    expect(attributesOf(draftOf(base))).toEqual(base);
    expect(changesBetween(base, draftOf(base))).toEqual({});
  });

  it('sets what changed and removes what was emptied', () => {
    const draft = draftOf(base);
    draft.known.location = ' Lisbon ';
    draft.known.model = 'X1';
    draft.custom = [];
    expect(changesBetween(base, draft)).toEqual({ location: 'Lisbon', model: 'X1', cost_centre: null });
  });

  it('keeps what the person changed when the asset changed meanwhile, and takes over the rest', () => {
    const draft = draftOf(base);
    draft.known.location = 'Lisbon';
    const newer = { ...base, name: 'ThinkPad X1', location: 'Vienna', serial: 'S1' };
    const rebased = rebase(draft, base, newer);
    expect(attributesOf(rebased)).toEqual({ ...newer, location: 'Lisbon' });
    expect(changesBetween(newer, rebased)).toEqual({ location: 'Lisbon' });
  });

  it.each([
    ['Cost centre', 'cost_centre'],
    ['  MAC-Address ', 'mac_address'],
    ['Straße', 'stra_e'],
    ['***', ''],
  ])('turns a field name into a key the server takes', (typed, key) => {
    expect(attributeKey(typed)).toBe(key);
  });

  it('asks for a name and refuses field names that clash', () => {
    const draft = draftOf({});
    draft.custom = [
      { id: 0, key: 'Rack', value: '1' },
      { id: 1, key: 'rack', value: '2' },
      { id: 2, key: 'Serial', value: '3' },
      { id: 3, key: '', value: '4' },
    ];
    expect(Object.keys(draftErrors(draft))).toEqual(['name', 'custom-1', 'custom-2', 'custom-3']);
  });
});
