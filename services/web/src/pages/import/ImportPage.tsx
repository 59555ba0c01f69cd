import Button from '@atlaskit/button/default/button';
import ProgressBar from '@atlaskit/progress-bar';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useSubmitKey } from '../../api/commands';
import type { Import, ImportColumn } from '../../api/model';
import { keys, useImport } from '../../api/queries';
import { useSchema, type Schema } from '../../api/schema';
import { useApi, useCan } from '../../api/session';
import { Crumbs } from '../../components/Crumbs';
import { FailurePanel } from '../../components/FailurePanel';
import { Page, PageHeader } from '../../components/Page';
import { Rich } from '../../components/Rich';
import { Table, type TableColumn } from '../../components/Table';
import { Waiting } from '../../components/Waiting';
import { attributeLabel, ownLabel, personName } from '../../components/words';
import { href, navigate } from '../../host/address';
import { t } from '../../messages';
import { formatCount, formatTime } from '../../messages/format';
import css from './Import.module.css';
import { ImportRows } from './ImportRows';
import { ImportState } from './ImportState';
import { importName } from './import-name';
import { rowText } from './row-text';
import { sourceOf } from './source';
import { useStartImport } from './use-start-import';

function Progress({ job }: { job: Import }) {
  const { rows, pending } = job.counts;
  const done = rows - pending;
  return (
    <div className={css.progress}>
      <ProgressBar
        value={rows === 0 ? 0 : done / rows}
        ariaLabel={t('import.progress')}
        isIndeterminate={rows === 0}
      />
      <p role="status">{t('import.done', { done, rows })}</p>
    </div>
  );
}

function Counts({ job }: { job: Import }) {
  const { counts, dryRun } = job;
  const registered = counts.registered + counts.registeredWithWarning;
  const entries: [string, number, string][] = [
    [t('import.count.rows'), counts.rows, 'all'],
    [dryRun ? t('import.count.wouldRegister') : t('import.count.registered'), registered, 'good'],
    [t('import.count.warning'), counts.registeredWithWarning, 'warning'],
    [t('import.count.refused'), counts.refused, 'bad'],
  ];
  if (counts.pending > 0) entries.push([t('import.count.pending'), counts.pending, 'pending']);
  return (
    <dl className={css.counts}>
      {entries.map(([label, count, tone]) => (
        <div key={label} data-tone={count > 0 ? tone : undefined}>
          <dt>{label}</dt>
          <dd>{formatCount(count)}</dd>
        </div>
      ))}
    </dl>
  );
}

const TAG = 'tag';

/** The name of a column's field. An attribute that is to be added is called as the file has it. */
function columnLabel({ header, field }: ImportColumn, schema: Schema): string {
  if (field === TAG) return ownLabel(TAG);
  const attribute = schema.findNamed(field);
  return attribute ? attributeLabel(attribute) : header || ownLabel(field);
}

const mappingColumns = (schema: Schema): TableColumn<ImportColumn>[] => [
  { title: t('import.columnInFile'), render: ({ header }) => header },
  {
    title: t('import.field'),
    render: (column) => (
      <>
        {columnLabel(column, schema)} <code className={css.subtle}>{column.field}</code>
      </>
    ),
  },
  { title: t('row.finding'), render: (column) => rowText(column) },
];

/** The attributes that the import has added by now, if its rows had values of them. */
const attributesOf = ({ columns, dryRun, state }: Import): string[] =>
  dryRun || state === 'running' ? [] : columns.map(({ field }) => field).filter((field) => field !== TAG);

/** How the bytes of the file were read, in words. */
function readingText({ encoding, separator, headerLine }: NonNullable<Import['reading']>): string {
  return t('import.reading', { encoding, separator: t(`reading.${separator}`), line: headerLine });
}

function Mapping({ job }: { job: Import }) {
  const { schema, isLoading } = useSchema(attributesOf(job));
  if (job.columns.length === 0 || isLoading) return null;
  const title = t('import.mapping', { count: job.columns.length });
  return (
    <details className={css.mapping}>
      <summary>{title}</summary>
      {job.reading && <p className={css.subtle}>{readingText(job.reading)}</p>}
      <Table
        label={title}
        columns={mappingColumns(schema)}
        rows={job.columns}
        rowKey={({ number }) => String(number)}
      />
    </details>
  );
}

/** After a check: the import itself with the same text, if this visit still has it. */
function AfterCheck({ job }: { job: Import }) {
  const start = useStartImport();
  const started = sourceOf(job.id);
  const good = job.counts.registered + job.counts.registeredWithWarning;
  if (!job.dryRun || job.state !== 'finished' || good === 0) return null;
  if (!started) {
    return (
      <p className={css.hint}>
        <Rich id="import.checkOver" tags={{ a: (text) => <a href={href(['import'])}>{text}</a> }} />
      </p>
    );
  }
  const register = () =>
    start.mutate({ ...started, dryRun: false }, { onSuccess: ({ id }) => navigate(href(['import', id])) });
  return (
    <div className={css.next}>
      {start.error && <FailurePanel title={t('importForm.failed')} failure={start.error} />}
      <p>
        {t('import.nothingYet')}
        {job.counts.refused > 0 && <> {t('import.leftOut', { count: job.counts.refused })}</>}
      </p>
      <Button appearance="primary" isLoading={start.isPending} onClick={register}>
        {t('import.registerNow', { count: good })}
      </Button>
    </div>
  );
}

function CancelButton({ id }: { id: string }) {
  const api = useApi();
  const queries = useQueryClient();
  const key = useSubmitKey();
  const cancel = useMutation({
    mutationFn: () => api.imports.cancel(id, key.for(id)),
    onSuccess: (job) => queries.setQueryData(keys.import(id), job),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.import(id) }),
  });
  return (
    <Button onClick={() => cancel.mutate()} isLoading={cancel.isPending}>
      {t('import.cancel')}
    </Button>
  );
}

/** Lists and counts change with every import that ends; rows get their last verdicts then. */
function useRefreshAtEnd(job: Import | undefined) {
  const queries = useQueryClient();
  const id = job?.id;
  const state = job?.state;
  useEffect(() => {
    if (!id || state === 'running') return;
    void queries.invalidateQueries({ queryKey: keys.importRows(id) });
    void queries.invalidateQueries({ queryKey: keys.assets });
  }, [queries, id, state]);
}

function Loaded({ job }: { job: Import }) {
  const canImport = useCan('import');
  const started = { time: formatTime(job.startedAt), person: personName(job.startedBy) };
  return (
    <>
      <PageHeader
        title={importName(job)}
        under={
          <>
            <ImportState job={job} />
            <span>{t('import.started', started)}</span>
          </>
        }
        actions={job.state === 'running' && canImport && <CancelButton id={job.id} />}
      />
      {job.state === 'running' && <Progress job={job} />}
      <Counts job={job} />
      {canImport && <AfterCheck job={job} />}
      <Mapping job={job} />
      <ImportRows job={job} />
    </>
  );
}

export default function ImportPage({ id }: { id: string }) {
  const job = useImport(id);
  useRefreshAtEnd(job.data);
  const crumbs = [
    { href: href([]), text: t('list.title') },
    { href: href(['import']), text: t('imports.crumb') },
    { text: job.data ? importName(job.data) : t('import.crumb') },
  ];
  return (
    <Page>
      <Crumbs items={crumbs} />
      {!job.data && <h1 className="visually-hidden">{t('imports.crumb')}</h1>}
      {job.isPending && <Waiting label={t('import.loading')} />}
      {job.error && (
        <FailurePanel title={t('import.failed')} failure={job.error} onRetry={() => void job.refetch()} />
      )}
      {job.data && <Loaded job={job.data} />}
    </Page>
  );
}
