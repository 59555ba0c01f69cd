import Button from '@atlaskit/button/new';
import AddIcon from '@atlaskit/icon/core/add';
import AngleBracketsIcon from '@atlaskit/icon/core/angle-brackets';
import UploadIcon from '@atlaskit/icon/core/upload';
import { lazy, Suspense, useCallback, useId, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useAssetCount, useAssetList, useFacets } from '../../api/queries';
import { href, navigate, useRoute } from '../../host/address';
import { useCan } from '../../api/session';
import { counted } from '../../components/format';
import { AsOfBanner, AsOfButton } from './AsOf';
import { AssetGrid, QUERY_PROBLEM_ID } from './AssetGrid';
import { FacetFilter } from './FacetFilter';
import {
  asked,
  FACETS,
  isFiltered,
  listHref,
  readList,
  sorted,
  sortParam,
  toFilter,
  type ListState,
} from './list-state';
import css from './ListPage.module.css';
import { QueryBar, type QueryBarHandle } from './query/QueryBar';
import { isQueryProblem } from './query/QueryProblem';
import { useKnown } from './query/use-known';
import { SearchBox } from './SearchBox';
import { Summary } from './Summary';

const RegisterDialog = lazy(() => import('../../components/asset/RegisterDialog'));

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

/** The total in words; announced when it changes, so that a filter's effect is heard. */
function Total({ state }: { state: ListState }) {
  const count = useAssetCount(toFilter(state));
  return (
    <p className={css.total} role="status">
      {count.data ? counted(count.data.total, 'asset') : ' '}
    </p>
  );
}

/** Whether the query is to be seen: opened by hand, or because the address has one. The hand decides until there is another query. */
function useQueryToggle(query: string) {
  const [isOpen, setOpen] = useState(query !== '');
  const [told, setTold] = useState(query);
  if (query !== told) {
    setTold(query);
    if (query !== '') setOpen(true);
  }
  return [isOpen, setOpen] as const;
}

export function ListPage() {
  const { state, change } = useListState();
  const [registering, setRegistering] = useState(false);
  const [isQueryOpen, setQueryOpen] = useQueryToggle(state.query);
  const queryBar = useRef<QueryBarHandle>(null);
  const queryId = useId();
  const facets = useFacets(toFilter(state));
  const list = useAssetList(toFilter(state), sortParam(state.sort));
  const known = useKnown(state, isQueryOpen);
  const clear = () => change({ q: '', query: '', facets: {} });
  const setFacet = (part: ListState['facets']) => change({ facets: { ...state.facets, ...part } });
  const toggleQuery = () => {
    // The field can take the focus only once it is there.
    flushSync(() => setQueryOpen(!isQueryOpen));
    if (!isQueryOpen) queryBar.current?.focus();
  };

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
        <Button
          iconBefore={AngleBracketsIcon}
          isSelected={isQueryOpen || state.query !== ''}
          aria-expanded={isQueryOpen}
          aria-controls={queryId}
          onClick={toggleQuery}
        >
          Query
        </Button>
        {FACETS.map((name) => (
          <FacetFilter
            key={name}
            name={name}
            state={state}
            onChange={(value) => setFacet({ [name]: value })}
          />
        ))}
        <AsOfButton day={state.asOfDay} onChange={(asOfDay) => change({ asOfDay })} />
        {(isFiltered(state) || (state.query && !isQueryOpen)) && (
          <Button appearance="subtle" onClick={clear}>
            Clear
          </Button>
        )}
        <Total state={state} />
      </div>
      <div id={queryId} hidden={!isQueryOpen} className={css.query}>
        <QueryBar
          ref={queryBar}
          value={state.query}
          known={known}
          onRun={(query) => change(asked(state, query))}
          problemId={isQueryProblem(list.error) ? QUERY_PROBLEM_ID : undefined}
        />
      </div>
      <AssetGrid
        state={state}
        onClear={clear}
        onClearQuery={() => change({ query: '' })}
        onRegister={() => setRegistering(true)}
        onSort={(sort) => change(sorted(state, sort))}
        onExpected={(place, word) => {
          flushSync(() => setQueryOpen(true));
          queryBar.current?.correct(place, word);
        }}
      />
      <Suspense fallback={null}>
        {registering && <RegisterDialog onClose={() => setRegistering(false)} />}
      </Suspense>
    </main>
  );
}
