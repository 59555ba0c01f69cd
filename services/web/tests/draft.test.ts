import { describe, expect, it } from 'vitest';
import {
  attributesOf,
  changesBetween,
  draftErrors,
  draftOf,
  MOST_SHOWN,
  rebase,
  shownKeys,
} from '../src/components/asset/draft';
import { aFree, theSchema } from './support';

const base = { name: 'ThinkPad', location: 'Berlin', cost_centre: '4711' };
const schema = theSchema([aFree('cost_centre', 'Cost centre'), aFree('gr_sse_a', 'Größe "A"')]);

describe('the draft of an asset', () => {
  it('stands for exactly the attributes it was made of', () => {
    const attributes = attributesOf(draftOf(base), schema);
    expect(attributes).toEqual(base);
    expect(changesBetween(base, attributes)).toEqual({});
  });

  it('sets what changed and removes what was emptied', () => {
    const draft = draftOf(base);
    Object.assign(draft.values, { location: ' Lisbon ', model: 'X1', cost_centre: '' });
    expect(changesBetween(base, attributesOf(draft, schema))).toEqual({
      location: 'Lisbon',
      model: 'X1',
      cost_centre: null,
    });
  });

  it('keeps what the person changed when the asset changed meanwhile, and takes over the rest', () => {
    const draft = draftOf(base);
    draft.values.location = 'Lisbon';
    draft.added = [{ id: 0, name: 'Rack', value: '1' }];
    const newer = { ...base, name: 'ThinkPad X1', location: 'Vienna', serial: 'S1' };
    const rebased = attributesOf(rebase(draft, base, newer), schema);
    expect(rebased).toEqual({ ...newer, location: 'Lisbon', Rack: '1' });
    expect(changesBetween(newer, rebased)).toEqual({ location: 'Lisbon', Rack: '1' });
  });

  it('names an added field by the key of its attribute, however it is spelled, or else by its new name', () => {
    const draft = draftOf({ name: 'x' });
    draft.added = [
      { id: 0, name: ' GRÖSSE  "a" ', value: '1' },
      { id: 1, name: 'COST_CENTRE', value: '2' },
      { id: 2, name: ' Rack (U) ', value: '3' },
    ];
    const attributes = { name: 'x', gr_sse_a: '1', cost_centre: '2', 'Rack (U)': '3' };
    expect(attributesOf(draft, schema)).toEqual(attributes);
  });

  it('asks for a name and refuses field names that clash', () => {
    const draft = draftOf({});
    draft.added = [
      { id: 0, name: 'Rack', value: '1' },
      { id: 1, name: 'rack', value: '2' },
      { id: 2, name: 'Serial', value: '3' },
      { id: 3, name: '', value: '4' },
      { id: 4, name: 'Größe "A"', value: '5' },
    ];
    const found = Object.keys(draftErrors(draft, schema)).sort();
    expect(found).toEqual(['added-1', 'added-2', 'added-3', 'added-4', 'name']);
  });

  it('asks for every value that the schema requires', () => {
    const required = theSchema([{ ...aFree('owner'), required: true }]);
    expect(draftErrors(draftOf({ name: 'x' }), required)).toEqual({ owner: 'Enter a value.' });
    expect(draftErrors(draftOf({ name: 'x', owner: 'Ada' }), required)).toEqual({});
  });
});

describe('the fields of a form', () => {
  const many = (count: number) => theSchema(Array.from({ length: count }, (_, n) => aFree(`field_${n}`)));
  const free = (keys: string[]) => keys.filter((key) => key.startsWith('field_'));

  it('are the attributes of the schema in its order', () => {
    const keys = shownKeys(schema, draftOf({ unheard_of: '1' }));
    expect(keys).toEqual([...schema.attributes.map(({ key }) => key), 'unheard_of']);
  });

  it('are of many attributes that a register added only those that the asset has', () => {
    expect(free(shownKeys(many(MOST_SHOWN), draftOf({})))).toHaveLength(MOST_SHOWN);
    expect(free(shownKeys(many(200), draftOf({ field_7: 'x', field_150: 'y' })))).toEqual([
      'field_7',
      'field_150',
    ]);
  });

  it('are what the asset has while the schema is not known', () => {
    const draft = draftOf({ name: 'x', rack: '1' });
    expect(shownKeys(theSchema([]), draft)).toContain('rack');
  });
});
