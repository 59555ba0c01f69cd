import Button from '@atlaskit/button/default/button';
import AddIcon from '@atlaskit/icon/core/add';
import AngleBracketsIcon from '@atlaskit/icon/core/angle-brackets';
import UploadIcon from '@atlaskit/icon/core/upload';
import { lazy, Suspense, useCallback, useId, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useAssetList, useAssetTotal, useFacets } from '../../api/queries';
import { useSchema, type KnownSchema } from '../../api/schema';
import { useCan } from '../../api/session';
import { AsOfBanner } from '../../components/asset/AsOfBanner';
import { Page, PageHeader } from '../../components/Page';
import { href, navigate, useRoute } from '../../host/address';
import { t } from '../../messages';
import { AsOfButton } from './AsOfButton';
import { AssetGrid, QUERY_PROBLEM_ID } from './AssetGrid';
import { ColumnChoice } from './ColumnChoice';
import { listColumns, shownColumns, type ColumnChoiceProps } from './columns';
import { FacetFilter } from './FacetFilter';
import { countListed } from './facets';
import {
  facetsOf,
  isFiltered,
  listHref,
  readList,
  runQuery,
  sortBy,
  sortParam,
  toFilter,
  type ListState,
} from './list-state';
import css from './ListPage.module.css';
import { QueryBar, type QueryBarHandle } from './query/QueryBar';
import { isQueryProblem } from './query/QueryProblem';
import { useKnown } from './use-known';
import { SearchBox } from './SearchBox';
import { Summary } from './Summary';

const RegisterDialog = lazy(() => import('../../components/asset/RegisterDialog'));

/**
 * The list state in the address, and a way to change a part of it. Another list begins at its first
 * row.
 */
function useListState({ schema, isKnown }: KnownSchema) {
  const { query } = useRoute();
  const state = useMemo(() => readList(query, isKnown ? schema : null), [query, isKnown, schema]);
  const change = useCallback(
    (part: Partial<ListState>, replace = false) =>
      navigate(listHref({ ...state, row: 0, ...part }), { replace }),
    [state],
  );
  return { state, change };
}

function Actions({ canChange, onRegister }: { canChange: boolean; onRegister: () => void }) {
  const canWrite = useCan('asset.write');
  const canImport = useCan('import');
  return (
    <>
      {canImport && (
        <Button iconBefore={UploadIcon} onClick={() => navigate(href(['import']))}>
          {t('list.import')}
        </Button>
      )}
      {canWrite && (
        <Button appearance="primary" iconBefore={AddIcon} onClick={onRegister} isDisabled={!canChange}>
          {t('list.register')}
        </Button>
      )}
    </>
  );
}

/**
 * The total in words; announced when it changes, so that screen readers convey the effect of a
 * filter.
 */
function Total({ state }: { state: ListState }) {
  const total = useAssetTotal(toFilter(state));
  return (
    <p className={css.total} role="status">
      {total === null ? t('list.loading') : t('list.total', { count: total })}
    </p>
  );
}

/**
 * Whether the query is shown: because the toggle opened it, or because the address has one. The
 * toggle decides until there is another query.
 */
function useQueryToggle(query: string) {
  const [isOpen, setOpen] = useState(query !== '');
  const [seen, setSeen] = useState(query);
  if (query !== seen) {
    setSeen(query);
    if (query !== '') setOpen(true);
  }
  return [isOpen, setOpen] as const;
}

interface CountsProps {
  state: ListState;
  onFacet: (part: ListState['facets']) => void;
}

/** What the list adds up to, once it is known and there is something to count. */
function Counts({ state, onFacet }: CountsProps) {
  const { data, isPlaceholderData } = useFacets(toFilter(state));
  if (!data || data.status.length === 0) return null;
  return (
    <Summary
      facets={countListed(data, state)}
      isStale={isPlaceholderData}
      onStatus={(status) => onFacet({ status: [status] })}
      onType={(type) => onFacet({ type: [type] })}
    />
  );
}

interface ToolbarProps {
  state: ListState;
  known: KnownSchema;
  columns: Omit<ColumnChoiceProps, 'onChange'>;
  change: (part: Partial<ListState>, replace?: boolean) => void;
  isQueryOpen: boolean;
  queryId: string;
  onToggleQuery: () => void;
  onClear: () => void;
}

function Toolbar(props: ToolbarProps) {
  const { state, known, columns, change, isQueryOpen, queryId, onToggleQuery, onClear } = props;
  // All facets appear at once, so that none moves when the others come.
  const facets = known.isLoading ? [] : facetsOf(known.schema);
  return (
    <div className={css.toolbar}>
      <SearchBox value={state.q} onSearch={(q) => change({ q }, true)} />
      <Button
        iconBefore={AngleBracketsIcon}
        isSelected={isQueryOpen || state.query !== ''}
        aria-expanded={isQueryOpen}
        aria-controls={queryId}
        onClick={onToggleQuery}
      >
        {t('query.label')}
      </Button>
      {facets.map(({ name, title }) => (
        <FacetFilter
          key={name}
          name={name}
          title={title}
          state={state}
          onChange={(values) => change({ facets: { ...state.facets, [name]: values } })}
        />
      ))}
      <AsOfButton day={state.asOfDay} onChange={(asOfDay) => change({ asOfDay })} />
      <ColumnChoice {...columns} onChange={(keys) => change({ columns: keys, row: state.row })} />
      {(isFiltered(state) || (state.query && !isQueryOpen)) && (
        <Button appearance="subtle" onClick={onClear}>
          {t('list.clear')}
        </Button>
      )}
      <Total state={state} />
    </div>
  );
}

export function ListPage() {
  const known = useSchema();
  const { state, change } = useListState(known);
  const columns = useMemo(() => listColumns(known.schema), [known.schema]);
  const shown = useMemo(() => shownColumns(columns, state.columns), [columns, state.columns]);
  const [isRegistering, setRegistering] = useState(false);
  const [isQueryOpen, setQueryOpen] = useQueryToggle(state.query);
  const queryBar = useRef<QueryBarHandle>(null);
  const queryId = useId();
  const list = useAssetList(toFilter(state), sortParam(state.sort));
  const vocabulary = useKnown(known.schema, state, isQueryOpen);
  const clear = () => change({ q: '', query: '', facets: {} });
  const toggleQuery = () => {
    // The field can take the focus only once it is there.
    flushSync(() => setQueryOpen(!isQueryOpen));
    if (!isQueryOpen) queryBar.current?.focus();
  };

  return (
    <Page layout="filling">
      <PageHeader
        title={t('list.title')}
        actions={<Actions canChange={!state.asOfDay} onRegister={() => setRegistering(true)} />}
      />
      {state.asOfDay && <AsOfBanner day={state.asOfDay} onLeave={() => change({ asOfDay: null })} />}
      <Counts state={state} onFacet={(part) => change({ facets: { ...state.facets, ...part } })} />
      <Toolbar
        state={state}
        known={known}
        columns={{ columns, shown }}
        change={change}
        isQueryOpen={isQueryOpen}
        queryId={queryId}
        onToggleQuery={toggleQuery}
        onClear={clear}
      />
      <div id={queryId} hidden={!isQueryOpen} className={css.query}>
        <QueryBar
          ref={queryBar}
          value={state.query}
          known={vocabulary}
          onRun={(query) => change(runQuery(state, query))}
          problemId={isQueryProblem(list.error) ? QUERY_PROBLEM_ID : undefined}
        />
      </div>
      <AssetGrid
        state={state}
        columns={shown}
        onClear={clear}
        onClearQuery={() => change({ query: '' })}
        onRegister={() => setRegistering(true)}
        onSort={(sort) => change(sortBy(state, sort))}
        onRow={(row) => change({ row }, true)}
        onExpected={(range, word) => {
          flushSync(() => setQueryOpen(true));
          queryBar.current?.correct(range, word);
        }}
      />
      <Suspense fallback={null}>
        {isRegistering && <RegisterDialog onClose={() => setRegistering(false)} />}
      </Suspense>
    </Page>
  );
}
