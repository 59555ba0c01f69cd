import Button from '@atlaskit/button/new';
import RefreshIcon from '@atlaskit/icon/core/refresh';
import Lozenge, { type ThemeAppearance } from '@atlaskit/lozenge';
import Tabs, { Tab, TabList, TabPanel } from '@atlaskit/tabs';
import { useState } from 'react';
import type { Installation, TenantStatus } from '../../api/types';
import { useCan } from '../../api/session';
import { EmptyState } from '../../components/EmptyState';
import { FailurePanel } from '../../components/FailurePanel';
import { formatTime } from '../../components/format';
import { Waiting } from '../../components/Waiting';
import css from './Diagnosis.module.css';
import { Findings } from './Findings';
import { InstallLog } from './InstallLog';
import { useInstallation, useRefresh } from './queries';
import { Secrets } from './Secrets';
import { Timeline } from './Timeline';

const STATUS: Record<TenantStatus, [string, ThemeAppearance]> = {
  installed: ['Installed', 'inprogress'],
  enabled: ['Enabled', 'success'],
  disabled: ['Disabled', 'moved'],
  uninstalled: ['Uninstalled', 'removed'],
};

function Site({ tenant }: Pick<Installation, 'tenant'>) {
  const [label, appearance] = STATUS[tenant.status];
  return (
    <section className={css.card} aria-labelledby="site">
      <h2 id="site">This site</h2>
      <dl className={css.facts}>
        <dt>State</dt>
        <dd>
          <Lozenge appearance={appearance}>{label}</Lozenge>
        </dd>
        <dt>Address</dt>
        <dd>{tenant.displayUrl ?? tenant.baseUrl}</dd>
        {tenant.displayUrl && tenant.displayUrl !== tenant.baseUrl && (
          <>
            <dt>Base address</dt>
            <dd>{tenant.baseUrl}</dd>
          </>
        )}
        <dt>Product</dt>
        <dd>{tenant.productType}</dd>
        <dt>Client key</dt>
        <dd>
          <code>{tenant.clientKey}</code>
        </dd>
        <dt>Tenant</dt>
        <dd>
          <code>{tenant.id}</code>
        </dd>
        <dt>First installed</dt>
        <dd>{formatTime(tenant.firstInstalledAt)}</dd>
        <dt>Last handshake</dt>
        <dd>{formatTime(tenant.lastHandshakeAt)}</dd>
        <dt>Last page opened</dt>
        <dd>{tenant.lastPageLoadAt ? formatTime(tenant.lastPageLoadAt) : 'Never'}</dd>
      </dl>
    </section>
  );
}

function Report() {
  const installation = useInstallation();
  if (installation.error && !installation.data) {
    return (
      <FailurePanel
        title="The state of the install could not be loaded"
        failure={installation.error}
        onRetry={() => void installation.refetch()}
      />
    );
  }
  if (!installation.data) return <Waiting label="Loading the state of the install" />;
  return (
    <>
      <Findings tenant={installation.data.tenant} />
      <div className={css.columns}>
        <Secrets secrets={installation.data.secrets} />
        <Site tenant={installation.data.tenant} />
      </div>
      <Tabs id="events">
        <TabList>
          <Tab>Timeline</Tab>
          <Tab>Callbacks</Tab>
        </TabList>
        <TabPanel>
          <div className={css.panel}>
            <Timeline />
          </div>
        </TabPanel>
        <TabPanel>
          <div className={css.panel}>
            <InstallLog />
          </div>
        </TabPanel>
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
      Refresh
    </Button>
  );
}

/** For admins: what is wrong and what to do, which secret verifies what, what Jira told Tally. */
export default function DiagnosisPage() {
  const canRead = useCan('diagnosis.read');
  return (
    <main className={css.page}>
      <header className={css.header}>
        <div>
          <h1>Install diagnosis</h1>
          <p className={css.subtle}>
            How Jira and Tally know each other on this site. Secrets appear by fingerprint only.
          </p>
        </div>
        {canRead && <RefreshButton />}
      </header>
      {canRead ? (
        <Report />
      ) : (
        <EmptyState title="For Jira admins">
          <p>
            This page shows how the app is installed, and is open to people who administer this Jira site.
          </p>
          <p>
            Code <code>permission.denied</code>
          </p>
        </EmptyState>
      )}
    </main>
  );
}
