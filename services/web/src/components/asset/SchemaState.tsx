import type { KnownSchema } from '../../api/schema';
import { t } from '../../messages';
import { FailurePanel } from '../FailurePanel';
import { Waiting } from '../Waiting';

/** What stands in the place of fields that are not known: the wait, or why, and a retry. */
export function SchemaState({ known }: { known: KnownSchema }) {
  if (known.isLoading) return <Waiting label={t('schema.loading')} />;
  if (!known.failure) return null;
  return <FailurePanel title={t('schema.failed')} failure={known.failure} onRetry={known.retry} />;
}
