import Button from '@atlaskit/button/new';
import DownloadIcon from '@atlaskit/icon/core/download';
import Lozenge, { type ThemeAppearance } from '@atlaskit/lozenge';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { Api } from '../../api/client';
import { keys } from '../../api/queries';
import type { Import, ImportRow, Verdict } from '../../api/types';
import { href } from '../../host/address';
import { useApi } from '../../api/session';
import { FailurePanel } from '../../components/FailurePanel';
import { formatCount } from '../../components/format';
import { VirtualGrid, type Column } from '../../components/VirtualGrid';
import { Waiting } from '../../components/Waiting';
import { toFailure, type Failure } from '../../host/failure';
import css from './Import.module.css';
import { sourceOf } from './source';

const VERDICTS: Record<Verdict, [string, ThemeAppearance]> = {
  registered: ['Registered', 'success'],
  registered_with_warning: ['With a warning', 'moved'],
  refused: ['Refused', 'removed'],
};

function columnsOf(dryRun: boolean): Column<ImportRow>[] {
  return [
    { key: 'row', title: 'Row', width: '56px', render: (row) => formatCount(row.row) },
    { key: 'line', title: 'Line', width: '56px', from: 700, render: (row) => formatCount(row.line) },
    {
      key: 'verdict',
      title: 'Verdict',
      width: '132px',
      render: (row) => {
        const [label, appearance] = VERDICTS[row.verdict];
        const text = dryRun && row.verdict === 'registered' ? 'Would register' : label;
        return <Lozenge appearance={appearance}>{text}</Lozenge>;
      },
    },
    {
      key: 'asset',
      title: 'Asset',
      width: '120px',
      from: 520,
      render: (row) =>
        row.assetId ? <a href={href(['asset', row.assetId])}>{row.tag ?? 'Open'}</a> : (row.tag ?? ''),
    },
    {
      key: 'message',
      title: 'What was found',
      width: 'minmax(160px, 1fr)',
      render: (row) => (
        <span className={css.finding} title={`${row.message} ${row.codes.join(' ')}`}>
          {row.message}
          {row.codes.length > 0 && <code className={css.codes}>{row.codes.join(' ')}</code>}
        </span>
      ),
    },
  ];
}

async function allRefused(api: Api, id: string): Promise<ImportRow[]> {
  const rows: ImportRow[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Api['imports']['rows']>> = await api.imports.rows(id, 'refused', cursor);
    rows.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return rows;
}

/** The refused rows as a file to correct and import again. */
function DownloadRefused({ job, onFailure }: { job: Import; onFailure: (failure: Failure | null) => void }) {
  const api = useApi();
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    onFailure(null);
    try {
      const [rows, { download, refusedCsv }] = await Promise.all([
        allRefused(api, job.id),
        import('./refused-csv'),
      ]);
      const name = (job.fileName ?? 'import').replace(/\.\w+$/, '');
      download(`${name}-refused.csv`, refusedCsv(rows, sourceOf(job.id)?.csv ?? null));
    } catch (cause) {
      onFailure(toFailure(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button iconBefore={DownloadIcon} isLoading={isBusy} onClick={() => void save()}>
      Download refused rows
    </Button>
  );
}

function useImportRows(job: Import, verdict: Verdict | null) {
  const api = useApi();
  const isRunning = job.state === 'running';
  return useInfiniteQuery({
    queryKey: [...keys.importRows(job.id), verdict ?? 'all'],
    queryFn: ({ pageParam, signal }) => api.imports.rows(job.id, verdict, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    select: (data) => data.pages.flatMap((page) => page.items),
    refetchInterval: isRunning ? 2_000 : false,
  });
}

function countFor(job: Import, verdict: Verdict | null): number {
  const { counts } = job;
  if (verdict === 'registered') return counts.registered;
  if (verdict === 'registered_with_warning') return counts.registeredWithWarning;
  if (verdict === 'refused') return counts.refused;
  return counts.rows - counts.pending;
}

/** Every row with its verdict, narrowed to one kind on demand. */
export function ImportRows({ job }: { job: Import }) {
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const rows = useImportRows(job, verdict);
  const columns = useMemo(() => columnsOf(job.dryRun), [job.dryRun]);
  const { fetchNextPage, isFetchingNextPage } = rows;
  const loadMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  const choices: (Verdict | null)[] = [null, 'registered', 'registered_with_warning', 'refused'];
  const total = countFor(job, verdict);

  return (
    <section className={css.rows} aria-labelledby="rows">
      <div className={css.rowsHeader}>
        <h2 id="rows">Rows</h2>
        <div role="group" aria-label="Show rows" className={css.choices}>
          {choices.map((choice) => (
            <Button
              key={choice ?? 'all'}
              spacing="compact"
              isSelected={choice === verdict}
              onClick={() => setVerdict(choice)}
            >
              {`${choice ? VERDICTS[choice][0] : 'All'} ${formatCount(countFor(job, choice))}`}
            </Button>
          ))}
        </div>
        {job.counts.refused > 0 && <DownloadRefused job={job} onFailure={setFailure} />}
      </div>
      {failure && <FailurePanel title="The refused rows could not be downloaded" failure={failure} />}
      {rows.error && !rows.data && (
        <FailurePanel
          title="The rows could not be loaded"
          failure={rows.error}
          onRetry={() => void rows.refetch()}
        />
      )}
      {rows.isPending && <Waiting label="Loading rows" />}
      {rows.data?.length === 0 && <p className={css.subtle}>No such rows.</p>}
      {rows.data && rows.data.length > 0 && (
        <VirtualGrid
          label="Rows of the import"
          columns={columns}
          rows={rows.data}
          rowKey={(row) => String(row.row)}
          rowHeight={56}
          total={total}
          hasMore={rows.hasNextPage && !rows.isFetchNextPageError}
          onLoadMore={loadMore}
        />
      )}
    </section>
  );
}
