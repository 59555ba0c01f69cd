import { NAME } from '../../api/schema';
import type { Failure } from '../../host/failure';
import { failureText } from '../../messages/failure-text';

/** The field of a form that a refusal is about, for the codes that name none. */
const FIELD_OF: Record<string, string> = {
  'asset.tag_taken': 'tag',
  'asset.tag_retired': 'tag',
  'asset.tag_invalid': 'tag',
  'asset.name_empty': NAME,
};

/** The refusal as an error at its field, or nothing when it is about the whole form. */
export function fieldErrors(failure: Failure | null, fields: string[]): Record<string, string> {
  if (!failure) return {};
  const field = FIELD_OF[failure.code] ?? failure.field?.replace(/^attributes\./, '');
  if (!field || !fields.includes(field)) return {};
  const { cause, remedy } = failureText(failure);
  return { [field]: `${cause} ${remedy}` };
}
