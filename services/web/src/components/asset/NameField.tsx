import { NAME } from '../../api/schema';
import { t } from '../../messages';
import { TextInput } from '../TextInput';
import { putValue, type Draft } from './draft';

interface Props {
  draft: Draft;
  onChange: (draft: Draft) => void;
  error: string | undefined;
}

/** The one attribute that every asset has. */
export function NameField({ draft, onChange, error }: Props) {
  return (
    <TextInput
      label={t('attribute.name')}
      value={draft.values[NAME] ?? ''}
      onChange={(name) => onChange(putValue(draft, NAME, name))}
      error={error ?? null}
      maxLength={255}
      isRequired
      autoFocus
    />
  );
}
