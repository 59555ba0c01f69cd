import { href } from '../../host/address';

const TABS = ['timeline', 'callbacks'] as const;

/**
 * What the diagnosis shows, as kept in the address, so that a reload, a link or the back button
 * shows the same.
 */
export interface DiagnosisState {
  tab: (typeof TABS)[number];
  /** Of the callbacks, only those that were refused. */
  onlyRefused: boolean;
}

export const tabAt = (index: number): DiagnosisState['tab'] => TABS[index] ?? 'timeline';

export const indexOf = (tab: DiagnosisState['tab']): number => TABS.indexOf(tab);

export function readDiagnosis(query: URLSearchParams): DiagnosisState {
  return {
    tab: TABS.find((tab) => tab === query.get('tab')) ?? 'timeline',
    onlyRefused: query.get('outcome') === 'refused',
  };
}

export function diagnosisHref({ tab, onlyRefused }: DiagnosisState): string {
  return href([], {
    tab: tab === 'timeline' ? undefined : tab,
    outcome: onlyRefused ? 'refused' : undefined,
  });
}
