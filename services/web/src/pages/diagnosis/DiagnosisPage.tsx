import Button from '@atlaskit/button/default/button';
import RefreshIcon from '@atlaskit/icon/core/refresh';
import Lozenge, { type ThemeAppearance } from '@atlaskit/lozenge';
import Tabs, { Tab, TabList, TabPanel } from '@atlaskit/tabs';
import { useState, type ReactNode } from 'react';
import type { Installation, TenantStatus } from '../../api/model';
import { useCan } from '../../api/session';
import { EmptyState } from '../../components/EmptyState';
import { FailurePanel } from '../../components/FailurePanel';
import { Card, Columns, Facts, Page, PageHeader, type Fact } from '../../components/Page';
import { Rich } from '../../components/Rich';
import { Waiting } from '../../components/Waiting';
import { navigate, useRoute } from '../../host/address';
import { t } from '../../messages';
import { formatTime } from '../../messages/format';
import css from './Diagnosis.module.css';
import { diagnosisHref, indexOf, readDiagnosis, tabAt } from './diagnosis-state';
import { Findings } from './Findings';
import { InstallLog } from './InstallLog';
import { useInstallation, useRefresh } from './queries';
import { Secrets } from './Secrets';
import { Timeline } from './Timeline';

const APPEARANCE: Record<TenantStatus, ThemeAppearance> = {
  installed: 'inprogress',
  enabled: 'success',
  disabled: 'moved',
  uninstalled: 'removed',
};

function factsOf({ tenant }: Pick<Installation, 'tenant'>): Fact[] {
  const { displayUrl, baseUrl, status, lastPageLoadAt } = tenant;
  const facts: Fact[] = [
    {
      label: t('site.state'),
      value: <Lozenge appearance={APPEARANCE[status]}>{t(`site.status.${status}`)}</Lozenge>,
    },
    { label: t('site.address'), value: displayUrl ?? baseUrl },
  ];
  if (displayUrl && displayUrl !== baseUrl) facts.push({ label: t('site.baseAddress'), value: baseUrl });
  facts.push(
    { label: t('site.product'), value: tenant.productType },
    { label: t('site.clientKey'), value: <code>{tenant.clientKey}</code> },
    { label: t('site.tenant'), value: <code>{tenant.id}</code> },
    { label: t('site.firstInstalled'), value: formatTime(tenant.firstInstalledAt) },
    { label: t('site.lastHandshake'), value: formatTime(tenant.lastHandshakeAt) },
    { label: t('site.lastPage'), value: lastPageLoadAt ? formatTime(lastPageLoadAt) : t('site.never') },
  );
  return facts;
}

function Site({ tenant }: Pick<Installation, 'tenant'>) {
  return (
    <Card title={t('site.title')}>
      <Facts facts={factsOf({ tenant })} />
    </Card>
  );
}

function Panel({ children }: { children: ReactNode }) {
  return (
    <TabPanel>
      <div className={css.panel}>{children}</div>
    </TabPanel>
  );
}

function Report() {
  const state = readDiagnosis(useRoute().query);
  const installation = useInstallation();
  if (installation.error && !installation.data) {
    return (
      <FailurePanel
        title={t('diagnosis.failed')}
        failure={installation.error}
        onRetry={() => void installation.refetch()}
      />
    );
  }
  if (!installation.data) return <Waiting label={t('diagnosis.loading')} />;
  const { tenant, secrets } = installation.data;
  return (
    <>
      <Findings tenant={tenant} />
      <Columns label={t('site.title')} aside={<Site tenant={tenant} />}>
        <Secrets secrets={secrets} />
      </Columns>
      <Tabs
        id="events"
        selected={indexOf(state.tab)}
        onChange={(index) => navigate(diagnosisHref({ ...state, tab: tabAt(index) }))}
      >
        <TabList>
          <Tab>{t('timeline.tab')}</Tab>
          <Tab>{t('log.tab')}</Tab>
        </TabList>
        <Panel>
          <Timeline />
        </Panel>
        <Panel>
          <InstallLog />
        </Panel>
      </Tabs>
    </>
  );
}

function RefreshButton() {
  const refresh = useRefresh();
  const [isBusy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    await refresh();
    setBusy(false);
  };
  return (
    <Button iconBefore={RefreshIcon} isLoading={isBusy} onClick={() => void run()}>
      {t('diagnosis.refresh')}
    </Button>
  );
}

/**
 * For admins: what is wrong and what to do, which secret verifies requests, and what Jira sent to
 * Tally.
 */
export default function DiagnosisPage() {
  const canRead = useCan('diagnosis.read');
  return (
    <Page>
      <PageHeader
        title={t('diagnosis.title')}
        under={t('diagnosis.under')}
        actions={canRead && <RefreshButton />}
      />
      {canRead ? (
        <Report />
      ) : (
        <EmptyState title={t('diagnosis.deniedTitle')}>
          <p>{t('diagnosis.denied')}</p>
          <p>
            <Rich id="failure.code" values={{ code: 'permission.denied' }} />
          </p>
        </EmptyState>
      )}
    </Page>
  );
}
