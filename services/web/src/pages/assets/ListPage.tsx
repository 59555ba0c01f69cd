import Button from '@atlaskit/button/new';
import AddIcon from '@atlaskit/icon/core/add';
import UploadIcon from '@atlaskit/icon/core/upload';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { useAssetCount, useAssetList, useFacets } from '../../api/queries';
import { href, navigate, useRoute } from '../../app/route';
import { useCan } from '../../app/session';
import { EmptyState } from '../../components/EmptyState';
import { FailurePanel } from '../../components/FailurePanel';
import { counted } from '../../components/format';
import { VirtualGrid } from '../../components/VirtualGrid';
import { Waiting } from '../../components/Waiting';
import { AsOfBanner, AsOfButton } from './AsOf';
import { assetColumns, assetHref } from './columns';
import { FacetFilter } from './FacetFilter';
import { FACETS, isNarrowed, listHref, readList, sortParam, toFilter, type ListState } from './list-state';
import css from './ListPage.module.css';
import { SearchBox } from './SearchBox';
import { Summary } from './Summary';

const RegisterDialog = lazy(() => import('../asset/RegisterDialog'));

/** The list state in the hash, and a way to change a part of it. */
function useListState() {
  const { query } = useRoute();
  const state = useMemo(() => readList(query), [query]);
  const change = useCallback(
    (part: Partial<ListState>, replace = false) => navigate(listHref({ ...state, ...part }), { replace }),
    [state],
  );
  return { state, change };
}

function Header({ canChange, onRegister }: { canChange: boolean; onRegister: () => void }) {
  const canWrite = useCan('asset.write');
  const canImport = useCan('import');
  return (
    <header className={css.header}>
      <h1>Assets</h1>
      <div className={css.headerActions}>
        {canImport && (
          <Button iconBefore={UploadIcon} onClick={() => navigate(href(['import']))}>
            Import
          </Button>
        )}
        {canWrite && (
          <Button appearance="primary" iconBefore={AddIcon} onClick={onRegister} isDisabled={!canChange}>
            Register asset
          </Button>
        )}
      </div>
    </header>
  );
}

function Nothing({
  state,
  onClear,
  onRegister,
}: {
  state: ListState;
  onClear: () => void;
  onRegister: () => void;
}) {
  const canWrite = useCan('asset.write');
  if (isNarrowed(state)) {
    return (
      <EmptyState title="Nothing found" actions={<Button onClick={onClear}>Clear search and filters</Button>}>
        <p>No asset matches the search and filters{state.asOfDay ? ' on that day' : ''}.</p>
      </EmptyState>
    );
  }
  if (state.asOfDay) {
    return (
      <EmptyState title="Nothing was registered yet">
        <p>On that day the register was still empty. Choose a later day.</p>
      </EmptyState>
    );
  }
  if (!canWrite) {
    return (
      <EmptyState title="No assets yet">
        <p>Nothing has been registered. People who may make bulk changes in Jira can register assets.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="Start your register"
      actions={
        <>
          <Button appearance="primary" onClick={onRegister}>
            Register the first asset
          </Button>
          <Button onClick={() => navigate(href(['import']))}>Import a CSV file</Button>
        </>
      }
    >
      <p>
        Register what your company owns and check it out to people. Every step is kept and can be looked up.
      </p>
    </EmptyState>
  );
}

interface GridProps {
  state: ListState;
  onClear: () => void;
  onRegister: () => void;
  onSort: (sort: ListState['sort']) => void;
}

function AssetGrid({ state, onClear, onRegister, onSort }: GridProps) {
  const filter = toFilter(state);
  const list = useAssetList(filter, sortParam(state.sort));
  const count = useAssetCount(filter);
  const columns = useMemo(() => assetColumns(state.asOfDay), [state.asOfDay]);
  const { fetchNextPage, isFetchingNextPage } = list;
  const loadMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);

  if (list.error && !list.data) {
    return (
      <FailurePanel
        title="The list could not be loaded"
        failure={list.error}
        onRetry={() => void list.refetch()}
      />
    );
  }
  if (!list.data) return <Waiting label="Loading assets" />;
  if (list.data.length === 0) return <Nothing state={state} onClear={onClear} onRegister={onRegister} />;
  return (
    <VirtualGrid
      label="Assets"
      columns={columns}
      rows={list.data}
      rowKey={(asset) => asset.id}
      total={count.data?.total ?? null}
      hasMore={list.hasNextPage && !list.isFetchNextPageError}
      onLoadMore={loadMore}
      sort={state.sort}
      onSort={onSort}
      onOpen={(asset) => navigate(assetHref(asset.id, state.asOfDay))}
    />
  );
}

/** The total in words; announced when it changes, so that a filter's effect is heard. */
function Total({ state }: { state: ListState }) {
  const count = useAssetCount(toFilter(state));
  return (
    <p className={css.total} role="status">
      {count.data ? counted(count.data.total, 'asset') : ' '}
    </p>
  );
}

export function ListPage() {
  const { state, change } = useListState();
  const [registering, setRegistering] = useState(false);
  const facets = useFacets(toFilter(state));
  const clear = () => change({ q: '', facets: {} });
  const setFacet = (part: ListState['facets']) => change({ facets: { ...state.facets, ...part } });

  return (
    <main className={css.page}>
      <Header canChange={!state.asOfDay} onRegister={() => setRegistering(true)} />
      {state.asOfDay && <AsOfBanner day={state.asOfDay} onLeave={() => change({ asOfDay: null })} />}
      {facets.data && facets.data.status.length > 0 && (
        <Summary
          facets={facets.data}
          onStatus={(status) => setFacet({ status })}
          onType={(type) => setFacet({ type })}
        />
      )}
      <div className={css.toolbar}>
        <SearchBox value={state.q} onSearch={(q) => change({ q }, true)} />
        {FACETS.map((name) => (
          <FacetFilter
            key={name}
            name={name}
            state={state}
            onChange={(value) => setFacet({ [name]: value })}
          />
        ))}
        <AsOfButton day={state.asOfDay} onChange={(asOfDay) => change({ asOfDay })} />
        {isNarrowed(state) && (
          <Button appearance="subtle" onClick={clear}>
            Clear
          </Button>
        )}
        <Total state={state} />
      </div>
      <AssetGrid
        state={state}
        onClear={clear}
        onRegister={() => setRegistering(true)}
        onSort={(sort) => change({ sort })}
      />
      <Suspense fallback={null}>
        {registering && <RegisterDialog onClose={() => setRegistering(false)} />}
      </Suspense>
    </main>
  );
}
