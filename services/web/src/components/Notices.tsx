import { lazy, Suspense } from 'react';
import { useNotices } from './notice';

const NoticeFlags = lazy(() => import('./NoticeFlags'));

/** Short messages that an action succeeded. Their code is fetched with the first of them. */
export function Notices() {
  const notices = useNotices();
  if (notices.length === 0) return null;
  return (
    <Suspense fallback={null}>
      <NoticeFlags notices={notices} />
    </Suspense>
  );
}
