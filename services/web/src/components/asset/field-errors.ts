import type { Failure } from '../../host/failure';

/** Where a refusal belongs in a form, for the codes that are about one field. */
const FIELD_OF: Record<string, string> = {
  'asset.tag_taken': 'tag',
  'asset.tag_invalid': 'tag',
  'asset.name_empty': 'name',
};

/** The refusal as an error at its field, or nothing when it is about the whole. */
export function fieldErrors(failure: Failure | null, fields: string[]): Record<string, string> {
  if (!failure) return {};
  const field = FIELD_OF[failure.code] ?? failure.field?.replace(/^attributes\./, '');
  if (!field || !fields.includes(field)) return {};
  return { [field]: `${failure.message} ${failure.remedy}` };
}
