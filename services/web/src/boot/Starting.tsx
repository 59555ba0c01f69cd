import { Waiting } from '../components/Waiting';
import { t } from '../messages';

/** Shown for at most five seconds, until the first answer or the explanation why there is none yet. */
export function Starting() {
  return (
    <main>
      <h1 className="visually-hidden">{t('common.product')}</h1>
      <Waiting label={t('boot.starting')} />
    </main>
  );
}
