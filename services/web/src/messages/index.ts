import { setupI18n, type Messages } from '@lingui/core';
import type { MessageId, Values } from './catalogue';
import en from './en';
import { setFormatLocale } from './format';

export type { Catalogue, MessageId, Values } from './catalogue';

const i18n = setupI18n();

/** The languages besides English, each fetched only by its readers. */
const LANGUAGES: Record<string, () => Promise<{ default: Messages }>> = {
  de: () => import('./de'),
};

/** Shows the app in these texts. `locale` decides the plural forms, dates and numbers. */
export function showTexts(language: string, locale: string, texts: Messages): void {
  i18n.loadAndActivate({ locale: language, locales: [locale], messages: texts });
  setFormatLocale(locale);
  document.documentElement.lang = language;
}

/** English as written in the reader's region, so that at least dates and numbers are familiar. */
function englishFor(locale: string): string {
  try {
    const { language, region } = new Intl.Locale(locale);
    if (language === 'en') return locale;
    return region ? `en-${region}` : 'en';
  } catch {
    return 'en';
  }
}

/**
 * Shows the app in the reader's language, or in English when there are no texts in it or they
 * cannot be fetched. Texts are made while a page is rendered and do not follow a later change;
 * hence this comes before the first page.
 */
export async function startLanguage(locale: string): Promise<void> {
  const language = locale.split('-')[0]?.toLowerCase() ?? '';
  try {
    const texts = await LANGUAGES[language]?.();
    if (texts) return showTexts(language, locale, texts.default);
  } catch {
    // The file may be gone after a release. English is better than no page.
  }
  showTexts('en', englishFor(locale), en);
}

showTexts('en', 'en', en);

/** A text in the reader's language. */
export function t<Id extends MessageId>(id: Id, ...[values]: Values<Id>): string {
  return i18n._(id, values);
}

type GivenValues = Record<string, string | number>;

/** Whether there is a text with an id that is only known at run time. */
export const hasText = (id: string): boolean => id in i18n.messages;

/**
 * A text whose id is only known at run time, such as one per code of the server; null when there is
 * none.
 */
export function findText(id: string, values: GivenValues = {}): string | null {
  return hasText(id) ? i18n._(id, values) : null;
}

export const currentLanguage = (): string => i18n.locale;
