import Breadcrumbs, { BreadcrumbsItem } from '@atlaskit/breadcrumbs';
import Button from '@atlaskit/button/new';
import ProgressBar from '@atlaskit/progress-bar';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useSubmitKey } from '../../api/commands';
import { keys, useImport } from '../../api/queries';
import type { Import } from '../../api/types';
import { href, navigate } from '../../host/address';
import { useApi, useCan } from '../../api/session';
import { FailurePanel } from '../../components/FailurePanel';
import { counted, formatCount, formatTime } from '../../components/format';
import { personName } from '../../components/Person';
import { Waiting } from '../../components/Waiting';
import { attributeLabel } from '../../components/asset/words';
import css from './Import.module.css';
import { ImportRows } from './ImportRows';
import { ImportState } from './ImportState';
import { sourceOf } from './source';
import { useStartImport } from './use-start-import';

function Progress({ job }: { job: Import }) {
  const { rows, pending } = job.counts;
  const done = rows - pending;
  return (
    <div className={css.progress}>
      <ProgressBar
        value={rows === 0 ? 0 : done / rows}
        ariaLabel="Rows decided"
        isIndeterminate={rows === 0}
      />
      <p role="status">
        {formatCount(done)} of {counted(rows, 'row')} decided
      </p>
    </div>
  );
}

function Counts({ job }: { job: Import }) {
  const { counts, dryRun } = job;
  const entries: [string, number, string][] = [
    ['Rows', counts.rows, 'all'],
    [dryRun ? 'Would be registered' : 'Registered', counts.registered, 'good'],
    ['With a warning', counts.registeredWithWarning, 'warning'],
    ['Refused', counts.refused, 'bad'],
  ];
  if (counts.pending > 0) entries.push(['Not decided', counts.pending, 'pending']);
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

function Mapping({ job }: { job: Import }) {
  if (job.columns.length === 0) return null;
  return (
    <details className={css.mapping}>
      <summary>How the columns were read ({formatCount(job.columns.length)})</summary>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Column in the file</th>
            <th scope="col">Field</th>
          </tr>
        </thead>
        <tbody>
          {job.columns.map(({ header, field }) => (
            <tr key={header}>
              <td>{header}</td>
              <td>
                {attributeLabel(field)} <code className={css.subtle}>{field}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** After a check: do it for real with the same text, if this visit still has it. */
function AfterCheck({ job }: { job: Import }) {
  const start = useStartImport();
  const source = sourceOf(job.id);
  const good = job.counts.registered + job.counts.registeredWithWarning;
  if (!job.dryRun || job.state !== 'finished' || good === 0) return null;
  if (!source) {
    return (
      <p className={css.hint}>
        Nothing was registered: this was a check. To register the rows,{' '}
        <a href={href(['import'])}>choose the file again</a> and leave “Only check” off.
      </p>
    );
  }
  return (
    <div className={css.next}>
      {start.error && <FailurePanel title="The import was not started" failure={start.error} />}
      <p>
        Nothing has been registered yet: this was a check.{' '}
        {job.counts.refused > 0 && `${counted(job.counts.refused, 'refused row')} will be left out.`}
      </p>
      <Button
        appearance="primary"
        isLoading={start.isPending}
        onClick={() =>
          start.mutate(
            { ...source, dryRun: false },
            { onSuccess: ({ id }) => navigate(href(['import', id])) },
          )
        }
      >
        Register {counted(good, 'asset')} now
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
      Cancel the import
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
  return (
    <>
      <header className={css.header}>
        <div>
          <h1>{job.fileName ?? 'Pasted text'}</h1>
          <p className={css.under}>
            <ImportState job={job} />
            <span className={css.subtle}>
              started {formatTime(job.startedAt)} by {personName(job.startedBy)}
            </span>
          </p>
        </div>
        {job.state === 'running' && canImport && <CancelButton id={job.id} />}
      </header>
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
  return (
    <main className={css.page}>
      <Breadcrumbs label="Breadcrumbs">
        <BreadcrumbsItem href={href([])} text="Assets" />
        <BreadcrumbsItem href={href(['import'])} text="Import" />
        <BreadcrumbsItem text={job.data?.fileName ?? 'One import'} />
      </Breadcrumbs>
      {!job.data && <h1 className="visually-hidden">Import</h1>}
      {job.isPending && <Waiting label="Loading the import" />}
      {job.error && (
        <FailurePanel
          title="The import could not be shown"
          failure={job.error}
          onRetry={() => void job.refetch()}
        />
      )}
      {job.data && <Loaded job={job.data} />}
    </main>
  );
}
