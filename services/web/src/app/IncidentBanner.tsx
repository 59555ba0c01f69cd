import { lazy, Suspense } from 'react';
import { t } from '../messages';
import { useIncidentNews } from './incidents';

const IncidentNews = lazy(() => import('./IncidentNews'));

/**
 * The incidents that affect this site, on every page. The region is always there, so that screen
 * readers announce what appears in it.
 */
export function IncidentBanner() {
  const { notices, statusUrl, dismiss } = useIncidentNews();
  return (
    <div role="status" aria-label={t('incident.region')}>
      <Suspense fallback={null}>
        {notices.map((notice) => (
          <IncidentNews
            key={notice.id}
            notice={notice}
            statusUrl={statusUrl}
            onDismiss={() => dismiss(notice)}
          />
        ))}
      </Suspense>
    </div>
  );
}
