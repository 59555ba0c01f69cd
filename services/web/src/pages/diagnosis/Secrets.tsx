import Lozenge, { type ThemeAppearance } from '@atlaskit/lozenge';
import type { Secret, SecretState } from '../../api/model';
import { Card } from '../../components/Page';
import { Table, type TableColumn } from '../../components/Table';
import { t } from '../../messages';
import { formatAgo, formatCount, formatTime } from '../../messages/format';

const APPEARANCE: Record<SecretState, ThemeAppearance> = {
  current: 'success',
  previous: 'moved',
  candidate: 'inprogress',
  superseded: 'default',
};

function State({ state }: { state: SecretState }) {
  return (
    <span title={t(`secret.meaning.${state}`)}>
      <Lozenge appearance={APPEARANCE[state]}>{t(`secret.state.${state}`)}</Lozenge>
    </span>
  );
}

function LastUse({ at }: { at: string | null }) {
  if (!at) return <>{t('secrets.never')}</>;
  return (
    <time dateTime={at} title={formatTime(at)}>
      {formatAgo(at)}
    </time>
  );
}

const columns = (): TableColumn<Secret>[] => [
  { title: t('secrets.fingerprint'), kind: 'short', render: (secret) => <code>{secret.fingerprint}</code> },
  { title: t('secrets.state'), render: (secret) => <State state={secret.state} /> },
  { title: t('secrets.since'), kind: 'short', render: (secret) => formatTime(secret.since) },
  {
    title: t('secrets.until'),
    kind: 'short',
    render: (secret) => (secret.acceptedUntil ? formatTime(secret.acceptedUntil) : '–'),
  },
  { title: t('secrets.lastUse'), kind: 'short', render: (secret) => <LastUse at={secret.lastUsedAt} /> },
  { title: t('secrets.uses'), kind: 'number', render: (secret) => formatCount(secret.uses) },
];

/** Every secret of the site, newest first as the server sends them, never by value. */
export function Secrets({ secrets }: { secrets: Secret[] }) {
  return (
    <Card title={t('secrets.title')}>
      <Table
        label={t('secrets.table')}
        columns={columns()}
        rows={secrets}
        rowKey={(secret) => `${secret.fingerprint} ${secret.since}`}
      />
    </Card>
  );
}
