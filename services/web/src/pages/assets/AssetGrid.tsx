import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Asset } from '../../api/model';
import { useAssetList, useAssetTotal } from '../../api/queries';
import { useSchema } from '../../api/schema';
import { SchemaState } from '../../components/asset/SchemaState';
import { FailurePanel } from '../../components/FailurePanel';
import type { Sort } from '../../components/grid';
import { VirtualGrid } from '../../components/VirtualGrid';
import { Waiting } from '../../components/Waiting';
import { navigate } from '../../host/address';
import { createStore } from '../../store';
import { t } from '../../messages';
import { assetColumns, assetHref, type ListColumn } from './columns';
import { currentSort, sortParam, toFilter } from './list-state';
import { Nothing, type NothingProps } from './Nothing';
import type { TextRange } from './query/edit';
import { isQueryProblem, QueryProblem } from './query/QueryProblem';

/** The id of the message that the query is wrong, for the field to refer to. */
export const QUERY_PROBLEM_ID = 'query-problem';

interface Props extends NothingProps {
  columns: ListColumn[];
  onSort: (sort: Sort) => void;
  /** The reader has reached a row. */
  onRow: (row: number) => void;
  /** A word that was expected in a part of the query was chosen. */
  onExpected: (range: TextRange, word: string) => void;
}

/** Whether the list was left for an asset, so that the way back ends where it began. */
const wasLeft = createStore(false);

/** The keys of the attributes that the assets have. */
const attributesOf = (assets: Asset[] = []): string[] => [
  ...new Set(assets.flatMap(({ attributes }) => Object.keys(attributes))),
];

/** The rows, or why there are none to show. */
export function AssetGrid(props: Props) {
  const { state, columns: shown, onSort, onRow, onExpected } = props;
  const [isBack] = useState(wasLeft.get);
  useEffect(() => wasLeft.set(false), []);
  const filter = toFilter(state);
  const list = useAssetList(filter, sortParam(state.sort));
  const total = useAssetTotal(filter);
  const known = useSchema(useMemo(() => attributesOf(list.data), [list.data]));
  const columns = useMemo(() => assetColumns(shown, state.asOfDay), [shown, state.asOfDay]);
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
  if (!list.data || known.isLoading) return <Waiting label={t('list.loading')} />;
  if (list.data.length === 0) return <Nothing {...props} />;
  return (
    <>
      <SchemaState known={known} />
      {list.error && (
        <FailurePanel
          title={t('list.notCurrent')}
          failure={list.error}
          onRetry={() => void (list.isFetchNextPageError ? list.fetchNextPage() : list.refetch())}
        />
      )}
      <VirtualGrid
        isStale={list.isPlaceholderData}
        label={t('list.title')}
        columns={columns}
        rows={list.data}
        rowKey={(asset) => asset.id}
        total={total}
        hasMore={list.hasNextPage && !list.isFetchNextPageError}
        onLoadMore={loadMore}
        sort={currentSort(state)}
        onSort={onSort}
        onOpen={(asset) => {
          wasLeft.set(true);
          navigate(assetHref(asset.id, state.asOfDay));
        }}
        takesFocus={isBack}
        firstRow={state.row}
        onRow={onRow}
      />
    </>
  );
}
