import { AppLink } from '../components/AppLink';
import { EmptyState } from '../components/EmptyState';
import { href } from '../host/address';
import { t } from '../messages';

export function NotFound() {
  return (
    <main>
      <EmptyState title={t('notFound.title')} headingLevel={1}>
        <p>{t('notFound.text')}</p>
        <p>
          <AppLink to={href([])}>{t('notFound.toList')}</AppLink>
        </p>
      </EmptyState>
    </main>
  );
}
