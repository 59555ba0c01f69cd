import type { Import } from '../../api/model';
import { useImports } from '../../api/queries';
import { useCan } from '../../api/session';
import { Crumbs } from '../../components/Crumbs';
import { EmptyState } from '../../components/EmptyState';
import { FailurePanel } from '../../components/FailurePanel';
import { Card, Page, PageHeader, Subtle } from '../../components/Page';
import { PersonChip } from '../../components/Person';
import { Table, type TableColumn } from '../../components/Table';
import { Waiting } from '../../components/Waiting';
import { href } from '../../host/address';
import { t } from '../../messages';
import { formatCount, formatTime } from '../../messages/format';
import { ImportForm } from './ImportForm';
import { ImportState } from './ImportState';
import { importName } from './import-name';

const pastColumns = (): TableColumn<Import>[] => [
  {
    title: t('imports.file'),
    render: (job) => <a href={href(['import', job.id])}>{importName(job)}</a>,
  },
  { title: t('imports.state'), render: (job) => <ImportState job={job} /> },
  { title: t('imports.rows'), kind: 'number', render: ({ counts }) => formatCount(counts.rows) },
  {
    title: t('imports.registered'),
    kind: 'number',
    // A check registers nothing.
    render: ({ counts, dryRun }) =>
      formatCount(dryRun ? 0 : counts.registered + counts.registeredWithWarning),
  },
  { title: t('imports.refused'), kind: 'number', render: ({ counts }) => formatCount(counts.refused) },
  { title: t('imports.started'), kind: 'short', render: (job) => formatTime(job.startedAt) },
  { title: t('imports.by'), render: (job) => <PersonChip person={job.startedBy} /> },
];

function PastImports() {
  const imports = useImports();
  if (imports.error && !imports.data) {
    return (
      <FailurePanel
        title={t('imports.failed')}
        failure={imports.error}
        onRetry={() => void imports.refetch()}
      />
    );
  }
  if (!imports.data) return <Waiting label={t('imports.loading')} />;
  if (imports.data.items.length === 0) return <Subtle>{t('imports.none')}</Subtle>;
  return (
    <Table
      label={t('imports.table')}
      columns={pastColumns()}
      rows={imports.data.items}
      rowKey={(job) => job.id}
    />
  );
}

export default function ImportsPage() {
  const canImport = useCan('import');
  return (
    <Page>
      <Crumbs items={[{ href: href([]), text: t('list.title') }, { text: t('imports.crumb') }]} />
      <PageHeader title={t('imports.title')} />
      {canImport ? (
        <ImportForm />
      ) : (
        <EmptyState title={t('imports.deniedTitle')}>
          <p>{t('imports.denied')}</p>
        </EmptyState>
      )}
      <Card title={t('imports.past')}>
        <PastImports />
      </Card>
    </Page>
  );
}
