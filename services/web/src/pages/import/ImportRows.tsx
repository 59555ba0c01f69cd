import Button from '@atlaskit/button/default/button';
import DownloadIcon from '@atlaskit/icon/core/download';
import Lozenge, { type ThemeAppearance } from '@atlaskit/lozenge';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { Import, ImportRow, Verdict } from '../../api/model';
import { keys } from '../../api/queries';
import { useApi } from '../../api/session';
import { FailurePanel } from '../../components/FailurePanel';
import { Subtle } from '../../components/Page';
import type { Column } from '../../components/grid';
import { VirtualGrid } from '../../components/VirtualGrid';
import { Waiting } from '../../components/Waiting';
import { href, navigate, useRoute } from '../../host/address';
import { toFailure, type Failure } from '../../host/failure';
import { t } from '../../messages';
import { formatCount } from '../../messages/format';
import css from './Import.module.css';
import { download } from './download';
import { rowText } from './row-text';

const APPEARANCE: Record<Verdict, ThemeAppearance> = {
  registered: 'success',
  registered_with_warning: 'moved',
  refused: 'removed',
};

function verdictText(verdict: Verdict, dryRun: boolean): string {
  return dryRun && verdict === 'registered' ? t('row.wouldRegister') : t(`verdict.${verdict}`);
}

function FindingOf({ row }: { row: ImportRow }) {
  const text = rowText(row);
  return (
    <span className={css.finding} title={`${text} ${row.codes.join(' ')}`}>
      {text}
      {row.codes.length > 0 && <code className={css.codes}>{row.codes.join(' ')}</code>}
    </span>
  );
}

function columnsOf(dryRun: boolean): Column<ImportRow>[] {
  return [
    { key: 'row', title: t('row.row'), width: '56px', render: (row) => formatCount(row.row) },
    { key: 'line', title: t('row.line'), width: '56px', from: 700, render: (row) => formatCount(row.line) },
    {
      key: 'verdict',
      title: t('row.verdict'),
      width: '148px',
      render: ({ verdict }) => (
        <Lozenge appearance={APPEARANCE[verdict]}>{verdictText(verdict, dryRun)}</Lozenge>
      ),
    },
    {
      key: 'asset',
      title: t('row.asset'),
      width: '120px',
      from: 520,
      render: ({ assetId, tag }) =>
        assetId ? <a href={href(['asset', assetId])}>{tag ?? t('row.open')}</a> : (tag ?? ''),
    },
    {
      key: 'finding',
      title: t('row.finding'),
      width: 'minmax(160px, 1fr)',
      render: (row) => <FindingOf row={row} />,
    },
  ];
}

/** The refused rows as a file to correct and import again. */
function DownloadRefused({ job, onFailure }: { job: Import; onFailure: (failure: Failure | null) => void }) {
  const api = useApi();
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    onFailure(null);
    try {
      const name = (job.fileName ?? 'import').replace(/\.\w+$/, '');
      download(`${name}-refused.csv`, await api.imports.refusedRows(job.id));
    } catch (cause) {
      onFailure(toFailure(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button iconBefore={DownloadIcon} isLoading={isBusy} onClick={() => void save()}>
      {t('rows.download')}
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

function countFor({ counts }: Import, verdict: Verdict | null): number {
  switch (verdict) {
    case 'registered':
      return counts.registered;
    case 'registered_with_warning':
      return counts.registeredWithWarning;
    case 'refused':
      return counts.refused;
    case null:
      return counts.rows - counts.pending;
  }
}

const CHOICES: (Verdict | null)[] = [null, 'registered', 'registered_with_warning', 'refused'];

/** The rows of a choice. Those with a warning are registered as well. */
function choiceText(verdict: Verdict | null): string {
  if (verdict === null) return t('rows.all');
  return verdict === 'registered' ? t('rows.noWarning') : t(`verdict.${verdict}`);
}

interface ChoiceProps {
  job: Import;
  chosen: Verdict | null;
  onChoose: (verdict: Verdict | null) => void;
}

function VerdictChoice({ job, chosen, onChoose }: ChoiceProps) {
  return (
    <div role="group" aria-label={t('rows.show')} className={css.choices}>
      {CHOICES.map((choice) => (
        <Button
          key={choice ?? 'all'}
          spacing="compact"
          isSelected={choice === chosen}
          onClick={() => onChoose(choice)}
        >
          {t('rows.choice', {
            verdict: choiceText(choice),
            count: countFor(job, choice),
          })}
        </Button>
      ))}
    </div>
  );
}

function Rows({ job, verdict }: { job: Import; verdict: Verdict | null }) {
  const rows = useImportRows(job, verdict);
  const columns = useMemo(() => columnsOf(job.dryRun), [job.dryRun]);
  const { fetchNextPage, isFetchingNextPage } = rows;
  const loadMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  if (rows.error && !rows.data) {
    return <FailurePanel title={t('rows.failed')} failure={rows.error} onRetry={() => void rows.refetch()} />;
  }
  if (!rows.data) return <Waiting label={t('rows.loading')} />;
  if (rows.data.length === 0) return <Subtle>{t('rows.none')}</Subtle>;
  return (
    <VirtualGrid
      label={t('rows.grid')}
      columns={columns}
      rows={rows.data}
      rowKey={(row) => String(row.row)}
      rowHeight={56}
      total={countFor(job, verdict)}
      hasMore={rows.hasNextPage && !rows.isFetchNextPageError}
      onLoadMore={loadMore}
    />
  );
}

/** The kind of rows that the address chooses; null for all. */
const readVerdict = (query: URLSearchParams): Verdict | null =>
  CHOICES.find((choice) => choice === query.get('verdict')) ?? null;

const rowsHref = (id: string, verdict: Verdict | null): string =>
  href(['import', id], { verdict: verdict ?? undefined });

/** Every row with its verdict; one kind alone can be chosen. */
export function ImportRows({ job }: { job: Import }) {
  const verdict = readVerdict(useRoute().query);
  const choose = (chosen: Verdict | null) => navigate(rowsHref(job.id, chosen));
  const [failure, setFailure] = useState<Failure | null>(null);
  return (
    <section className={css.rows} aria-labelledby="rows">
      <div className={css.rowsHeader}>
        <h2 id="rows">{t('rows.title')}</h2>
        <VerdictChoice job={job} chosen={verdict} onChoose={choose} />
        {job.counts.refused > 0 && <DownloadRefused job={job} onFailure={setFailure} />}
      </div>
      {failure && <FailurePanel title={t('rows.downloadFailed')} failure={failure} />}
      <Rows job={job} verdict={verdict} />
    </section>
  );
}
