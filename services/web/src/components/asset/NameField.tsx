import { t } from '../../messages';
import { TextInput } from '../TextInput';
import type { Draft } from './draft';

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
      value={draft.known.name ?? ''}
      onChange={(name) => onChange({ ...draft, known: { ...draft.known, name } })}
      error={error ?? null}
      maxLength={255}
      isRequired
      autoFocus
    />
  );
}
