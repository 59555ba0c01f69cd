import { useCallback, useMemo } from 'react';
import { useAssetCount, useAssetList } from '../../api/queries';
import { FailurePanel } from '../../components/FailurePanel';
import type { Sort } from '../../components/grid';
import { VirtualGrid } from '../../components/VirtualGrid';
import { Waiting } from '../../components/Waiting';
import { navigate } from '../../host/address';
import { t } from '../../messages';
import { assetColumns, assetHref, USUAL_COLUMNS } from './columns';
import { currentSort, sortParam, toFilter } from './list-state';
import { Nothing, type NothingProps } from './Nothing';
import type { TextRange } from './query/edit';
import { isQueryProblem, QueryProblem } from './query/QueryProblem';

/** The id of the message that the query is wrong, for the field to refer to. */
export const QUERY_PROBLEM_ID = 'query-problem';

interface Props extends NothingProps {
  onSort: (sort: Sort) => void;
  /** The reader has reached a row. */
  onRow: (row: number) => void;
  /** A word that was expected in a part of the query was chosen. */
  onExpected: (range: TextRange, word: string) => void;
}

/** The rows, or why there are none to show. */
export function AssetGrid(props: Props) {
  const { state, onSort, onRow, onExpected } = props;
  const filter = toFilter(state);
  const list = useAssetList(filter, sortParam(state.sort));
  const count = useAssetCount(filter);
  const columns = useMemo(
    () => assetColumns(state.columns ?? USUAL_COLUMNS, state.asOfDay),
    [state.columns, state.asOfDay],
  );
  const { fetchNextPage, isFetchingNextPage } = list;
  const loadMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);

  if (list.error && isQueryProblem(list.error)) {
    // Another query has another problem, which is to be announced as such.
    return (
      <QueryProblem
        key={state.query}
        id={QUERY_PROBLEM_ID}
        query={state.query}
        failure={list.error}
        onExpected={onExpected}
      />
    );
  }
  if (list.error && !list.data) {
    return <FailurePanel title={t('list.failed')} failure={list.error} onRetry={() => void list.refetch()} />;
  }
  if (!list.data) return <Waiting label={t('list.loading')} />;
  if (list.data.length === 0) return <Nothing {...props} />;
  return (
    <VirtualGrid
      label={t('list.title')}
      columns={columns}
      rows={list.data}
      rowKey={(asset) => asset.id}
      total={count.data?.total ?? null}
      hasMore={list.hasNextPage && !list.isFetchNextPageError}
      onLoadMore={loadMore}
      sort={currentSort(state)}
      onSort={onSort}
      onOpen={(asset) => navigate(assetHref(asset.id, state.asOfDay))}
      firstRow={state.row}
      onRow={onRow}
    />
  );
}
