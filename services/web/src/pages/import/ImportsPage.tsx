import Breadcrumbs, { BreadcrumbsItem } from '@atlaskit/breadcrumbs';
import { EmptyState } from '../../components/EmptyState';
import { FailurePanel } from '../../components/FailurePanel';
import { formatCount, formatTime } from '../../components/format';
import { PersonChip } from '../../components/Person';
import { ScrollRegion } from '../../components/ScrollRegion';
import { Waiting } from '../../components/Waiting';
import { useImports } from '../../api/queries';
import type { Import } from '../../api/types';
import { href } from '../../host/address';
import { useCan } from '../../api/session';
import { ImportForm } from './ImportForm';
import css from './Import.module.css';
import { ImportState } from './ImportState';

function PastImports({ imports }: { imports: Import[] }) {
  return (
    <ScrollRegion label="Table of past imports">
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">File</th>
            <th scope="col">State</th>
            <th scope="col" className={css.number}>
              Rows
            </th>
            <th scope="col" className={css.number}>
              Registered
            </th>
            <th scope="col" className={css.number}>
              Refused
            </th>
            <th scope="col">Started</th>
            <th scope="col">By</th>
          </tr>
        </thead>
        <tbody>
          {imports.map((job) => (
            <tr key={job.id}>
              <td className={css.file}>
                <a href={href(['import', job.id])}>{job.fileName ?? 'Pasted text'}</a>
              </td>
              <td>
                <ImportState job={job} />
              </td>
              <td className={css.number}>{formatCount(job.counts.rows)}</td>
              <td className={css.number}>
                {formatCount(job.counts.registered + job.counts.registeredWithWarning)}
              </td>
              <td className={css.number}>{formatCount(job.counts.refused)}</td>
              <td className={css.noWrap}>{formatTime(job.startedAt)}</td>
              <td>
                <PersonChip person={job.startedBy} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

export default function ImportsPage() {
  const canImport = useCan('import');
  const imports = useImports();
  return (
    <main className={css.page}>
      <Breadcrumbs label="Breadcrumbs">
        <BreadcrumbsItem href={href([])} text="Assets" />
        <BreadcrumbsItem text="Import" />
      </Breadcrumbs>
      <h1>Import assets</h1>
      {canImport ? (
        <ImportForm />
      ) : (
        <EmptyState title="You cannot import">
          <p>Importing takes the permission to make bulk changes in Jira. Ask your Jira admin for it.</p>
        </EmptyState>
      )}
      <section aria-labelledby="past">
        <h2 id="past">Past imports</h2>
        {imports.isPending && <Waiting label="Loading past imports" />}
        {imports.error && !imports.data && (
          <FailurePanel
            title="The past imports could not be loaded"
            failure={imports.error}
            onRetry={() => void imports.refetch()}
          />
        )}
        {imports.data?.items.length === 0 && <p className={css.subtle}>Nothing has been imported yet.</p>}
        {imports.data && imports.data.items.length > 0 && <PastImports imports={imports.data.items} />}
      </section>
    </main>
  );
}
