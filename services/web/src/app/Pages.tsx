import { lazy, Suspense, type ReactNode } from 'react';
import { Waiting } from '../components/Waiting';
import { ListPage } from '../pages/assets/ListPage';
import { NotFound } from './NotFound';
import { useRoute, type Route } from '../host/address';

// The list is the first page nearly everyone sees and comes with the entry; the others wait until they are asked for.
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
    <Suspense fallback={<Waiting label="Loading the page" />}>
      {page === 'install-diagnosis' ? <DiagnosisPage /> : assetsPage(route)}
    </Suspense>
  );
}
