import Button from '@atlaskit/button/default/button';
import { useCan } from '../../api/session';
import { EmptyState } from '../../components/EmptyState';
import { href, navigate } from '../../host/address';
import { t } from '../../messages';
import { isFiltered, isNarrowed, type ListState } from './list-state';

export interface NothingProps {
  state: ListState;
  /** Removes the search, the filters and the query. */
  onClear: () => void;
  onClearQuery: () => void;
  onRegister: () => void;
}

/** Which of the things that narrow the list are set, as the texts distinguish them. */
function narrowedBy(state: ListState) {
  if (!state.query) return 'filters';
  return isFiltered(state) ? 'both' : 'query';
}

/**
 * A query without results can be removed by itself, since the filters beside it may still be
 * needed.
 */
function NothingFound({ state, onClear, onClearQuery }: NothingProps) {
  const by = narrowedBy(state);
  return (
    <EmptyState
      title={t('nothing.found')}
      actions={
        <>
          {by !== 'filters' && <Button onClick={onClearQuery}>{t('nothing.clearQuery')}</Button>}
          {by === 'both' && <Button onClick={onClear}>{t('nothing.clearAll')}</Button>}
          {by === 'filters' && <Button onClick={onClear}>{t('nothing.clearFilters')}</Button>}
        </>
      }
    >
      <p>{t(`nothing.by.${by}`, { isPast: state.asOfDay ? 'yes' : 'no' })}</p>
    </EmptyState>
  );
}

/** Why the list is empty, and what to do about it. */
export function Nothing(props: NothingProps) {
  const canWrite = useCan('asset.write');
  const { state, onRegister } = props;
  if (isNarrowed(state)) return <NothingFound {...props} />;
  if (state.asOfDay) {
    return (
      <EmptyState title={t('nothing.thenTitle')}>
        <p>{t('nothing.then')}</p>
      </EmptyState>
    );
  }
  if (!canWrite) {
    return (
      <EmptyState title={t('nothing.yetTitle')}>
        <p>{t('nothing.yet')}</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title={t('nothing.startTitle')}
      actions={
        <>
          <Button appearance="primary" onClick={onRegister}>
            {t('nothing.startRegister')}
          </Button>
          <Button onClick={() => navigate(href(['import']))}>{t('nothing.startImport')}</Button>
        </>
      }
    >
      <p>{t('nothing.start')}</p>
    </EmptyState>
  );
}
