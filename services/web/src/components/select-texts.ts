import { t } from '../messages';

interface Choice {
  action: string;
  label?: string;
  isDisabled?: boolean | null;
}

function choiceText({ action, label, isDisabled }: Choice): string {
  if (action === 'clear') return t('select.cleared');
  if (!label || isDisabled || action !== 'select-option') return '';
  return t('select.chosen', { option: label });
}

/** The texts of a select that screen readers read out, which the component has in English only. */
export const selectTexts = () => ({
  clearControlLabel: t('select.clear'),
  noOptionsMessage: () => t('select.none'),
  loadingMessage: () => t('select.loading'),
  screenReaderStatus: ({ count }: { count: number }) => t('select.results', { count }),
  ariaLiveMessages: {
    onChange: choiceText,
    onFilter: ({ resultsMessage }: { resultsMessage: string }) => resultsMessage,
  },
});
