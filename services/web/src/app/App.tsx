import AppProvider from '@atlaskit/app-provider';
import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { createApi } from '../api/client';
import { currentColorMode, useHostColorMode, type ColorMode } from '../host/color-mode';
import type { Transport } from '../host/transport';
import { AccessBanner } from './AccessBanner';
import { ErrorBoundary } from './ErrorBoundary';
import { Gate } from './Gate';
import { IncidentBanner } from './IncidentBanner';
import { JiraBanner } from './JiraBanner';
import { Notices } from '../components/Notices';
import { Pages } from './Pages';
import { createQueryClient } from '../api/query-client';
import { useEarlySchema } from '../api/schema';
import { ApiContext } from '../api/session';

export interface AppProps {
  /** What the host's module asked for: `assets` or `install-diagnosis`. */
  page: string;
  transport: Transport;
}

function Started({ mode }: { mode: ColorMode }) {
  useHostColorMode(mode);
  useEffect(() => {
    // The boot watch looks for this mark.
    document.documentElement.setAttribute('data-tally', 'started');
    document.getElementById('tally-boot')?.remove();
  }, []);
  return null;
}

/** The page for admins shows no asset. */
const ADMIN_PAGE = 'install-diagnosis';

function EarlySchema({ page }: { page: string }) {
  useEarlySchema(page !== ADMIN_PAGE);
  return null;
}

export function App({ page, transport }: AppProps) {
  const api = useMemo(() => createApi(transport), [transport]);
  const [queries] = useState(createQueryClient);
  const [mode] = useState(currentColorMode);
  return (
    <AppProvider defaultColorMode={mode}>
      <Started mode={mode} />
      <QueryClientProvider client={queries}>
        <ApiContext.Provider value={api}>
          <EarlySchema page={page} />
          <ErrorBoundary>
            <Gate>
              <AccessBanner />
              <JiraBanner />
              <IncidentBanner />
              <Pages page={page} />
              <Notices />
            </Gate>
          </ErrorBoundary>
        </ApiContext.Provider>
      </QueryClientProvider>
    </AppProvider>
  );
}
