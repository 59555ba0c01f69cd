import { lazy, Suspense, type ReactNode } from 'react';
import { Waiting } from '../components/Waiting';
import { useRoute, type Route } from '../host/address';
import { t } from '../messages';
import { ListPage } from '../pages/assets/ListPage';
import { NotFound } from './NotFound';

// Nearly everyone sees the list first, so it comes with the entry; the others are fetched when they
// are opened.
const AssetPage = lazy(() => import('../pages/asset/AssetPage'));
const ImportsPage = lazy(() => import('../pages/import/ImportsPage'));
const ImportPage = lazy(() => import('../pages/import/ImportPage'));
const DiagnosisPage = lazy(() => import('../pages/diagnosis/DiagnosisPage'));

function assetsPage({ path, query }: Route): ReactNode {
  const [first, id] = path;
  if (first === undefined) return <ListPage />;
  if (first === 'asset' && id) return <AssetPage key={id} id={id} asOfDay={query.get('asOf')} />;
  if (first === 'import' && id) return <ImportPage key={id} id={id} />;
  if (first === 'import') return <ImportsPage />;
  return <NotFound />;
}

/** Chooses the page: the host's module first, then the hash. */
export function Pages({ page }: { page: string }) {
  const route = useRoute();
  return (
    <Suspense fallback={<Waiting label={t('page.loading')} />}>
      {page === 'install-diagnosis' ? <DiagnosisPage /> : assetsPage(route)}
    </Suspense>
  );
}
