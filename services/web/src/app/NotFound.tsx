import { EmptyState } from '../components/EmptyState';
import { t } from '../messages';

export function NotFound() {
  return (
    <main>
      <EmptyState title={t('notFound.title')} headingLevel={1}>
        <p>{t('notFound.text')}</p>
        <p>
          <a href="#/">{t('notFound.toList')}</a>
        </p>
      </EmptyState>
    </main>
  );
}
