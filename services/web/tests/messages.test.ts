import { compileMessage } from '@lingui/message-utils/compileMessage';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { showTexts, startLanguage, t } from '../src/messages';
import de, { texts } from '../src/messages/de';
import serverTexts from '../src/messages/de/server';
import en from '../src/messages/en';
import { failureText } from '../src/messages/failure-text';
import { Failure } from '../src/host/failure';
import { formatCount, formatDay } from '../src/messages/format';

/** The arguments of a message, in its plural forms too. */
function argumentsOf(text: string): string[] {
  const names = new Set<string>();
  const visit = (compiled: unknown) => {
    if (!Array.isArray(compiled)) return;
    for (const token of compiled as unknown[]) {
      if (!Array.isArray(token)) continue;
      const [name, , forms] = token as [string, unknown, unknown];
      names.add(name);
      if (typeof forms === 'object' && forms !== null) Object.values(forms).forEach(visit);
    }
  };
  visit(compileMessage(text));
  return [...names].sort();
}

const tagsOf = (text: string) => [...text.matchAll(/<(\w+)>/g)].map(([, tag]) => tag).sort();

/** The same in both languages: names, codes, and words that German has taken over. */
const SAME = [
  'common.product',
  'failure.code',
  'boot.code',
  'action.restore',
  'asset.page',
  'asset.details',
  'asset.revision',
  'attribute.status',
  'facet.chosen',
  'field.optional',
  'importForm.chosen',
  'imports.crumb',
  'list.title',
  'log.tab',
  'query.placeholder',
  'queryHelp.operator',
  'row.asset',
  'rows.choice',
  'timeline.position',
];

afterEach(() => showTexts('en', 'en', en));

describe('the message catalogue', () => {
  const ids = Object.keys(en) as (keyof typeof en)[];

  it('has every text in both languages, and no other', () => {
    expect(Object.keys(texts).sort()).toEqual([...ids].sort());
    expect(ids.filter((id) => !en[id].trim() || !texts[id].trim())).toEqual([]);
  });

  it('has the same arguments and tags in both languages', () => {
    const shape = (text: string) => [argumentsOf(text), tagsOf(text)];
    for (const id of ids) expect(shape(texts[id]), id).toEqual(shape(en[id]));
  });

  it('says nothing in English to readers of German', () => {
    const same = ids.filter((id) => (en[id] as string) === texts[id]);
    expect(same.filter((id) => !SAME.includes(id))).toEqual([]);
  });

  it('has no text of the server that is a text of the app as well', () => {
    expect(Object.keys(serverTexts).filter((id) => id in texts)).toEqual([]);
  });
});

describe('the language of the app', () => {
  it('is that of the reader, with plurals, dates and numbers', async () => {
    await startLanguage('de-AT');
    expect(document.documentElement.lang).toBe('de');
    expect(t('list.total', { count: 1 })).toBe('1 Asset');
    expect(t('list.total', { count: 12_345 })).toBe(`${(12_345).toLocaleString('de-AT')} Assets`);
    expect(formatDay('2026-05-01')).toBe('01.05.2026');
    expect(de['list.title']).toBe(t('list.title'));
  });

  it('is English for readers of other languages, with the dates of English', async () => {
    await startLanguage('fr-FR');
    expect(document.documentElement.lang).toBe('en');
    expect(t('list.total', { count: 2 })).toBe('2 assets');
    expect(formatDay('2026-05-01')).toContain('May');
  });

  it.each(['', 'x', 'de_DE!', '--'])('is English for the locale %j, which is none', async (locale) => {
    await startLanguage(locale);
    expect(t('common.close')).toBe('Close');
    expect(formatCount(1_000)).toBe('1,000');
  });
});

describe('the text of a refusal', () => {
  const refusal = (values: Record<string, string | number>) =>
    new Failure({ code: 'jwt.expired', cause: 'It ended 7 s ago.', values });

  it('names the values that came with it', () => {
    showTexts('de', 'de', de);
    expect(failureText(refusal({ seconds: 7 })).cause).toContain('seit 7 Sekunden abgelaufen');
    showTexts('en', 'en', en);
    expect(failureText(refusal({ seconds: 7 })).cause).toBe('It ended 7 s ago.');
  });

  it('needs no values', () => {
    showTexts('de', 'de', de);
    expect(failureText(refusal({})).cause).toBe('Das Token ist abgelaufen.');
  });
});

describe('the refusals of the server', () => {
  interface Operation {
    responses: Record<string, { description: string }>;
  }
  const document = JSON.parse(readFileSync('../server/openapi.json', 'utf8')) as {
    paths: Record<string, Record<string, Operation>>;
  };

  it('all have a cause and a remedy in German', () => {
    const refusals = Object.values(document.paths)
      .flatMap((path) => Object.values(path))
      .flatMap(({ responses }) => Object.entries(responses))
      .filter(([status]) => Number(status) >= 400);
    const codes = new Set(
      refusals.flatMap(([, { description }]) =>
        [...description.matchAll(/`([a-z]+\.[a-z_]+)`/g)].map(([, code]) => code ?? ''),
      ),
    );
    expect(codes.size).toBeGreaterThan(20);
    const missing = [...codes].filter(
      (code) => !(`failure.${code}.cause` in de) || !(`failure.${code}.remedy` in de),
    );
    expect(missing).toEqual([]);
  });
});
