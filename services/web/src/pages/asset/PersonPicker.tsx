import { AsyncSelect, type OptionType } from '@atlaskit/select';
import { useState } from 'react';
import type { PersonFound } from '../../api/model';
import { useApi } from '../../api/session';
import { Field } from '../../components/Field';
import { PersonChip } from '../../components/Person';
import { selectTexts } from '../../components/select-texts';
import { toFailure, type Failure } from '../../host/failure';
import { t } from '../../messages';
import { failureText } from '../../messages/failure-text';

interface Option extends OptionType {
  hit: PersonFound;
}

const asOption = (hit: PersonFound): Option => ({ label: hit.displayName, value: hit.accountId, hit });

interface Props {
  label: string;
  value: PersonFound | null;
  onChange: (person: PersonFound | null) => void;
  error?: string | null;
  /** Left out of the choice: the present holder in a transfer. */
  exclude?: string | undefined;
}

/** Finds a person of the Jira site by name. A search that fails shows why and not an empty list. */
export function PersonPicker({ label, value, onChange, error, exclude }: Props) {
  const api = useApi();
  const [failure, setFailure] = useState<Failure | null>(null);
  const load = async (text: string): Promise<Option[]> => {
    try {
      const { items } = await api.people(text);
      setFailure(null);
      return items.filter((hit) => hit.accountId !== exclude).map(asOption);
    } catch (cause) {
      setFailure(toFailure(cause));
      // An answer would be cached; after a failure the same text has to be searched again.
      throw cause;
    }
  };
  const text = failure && failureText(failure);
  const searchError = failure && text && `${text.cause} ${text.remedy} (${failure.code})`;
  return (
    <Field label={label} isRequired error={error ?? searchError} hint={t('people.hint')}>
      {(field) => (
        <AsyncSelect<Option>
          {...selectTexts()}
          inputId={field.id}
          aria-describedby={field['aria-describedby']}
          isInvalid={field['aria-invalid']}
          value={value ? asOption(value) : null}
          onChange={(option) => onChange(option?.hit ?? null)}
          loadOptions={load}
          defaultOptions
          cacheOptions
          isClearable
          autoFocus
          placeholder={t('people.choose')}
          loadingMessage={() => t('people.searching')}
          noOptionsMessage={({ inputValue }) => {
            if (text) return text.cause;
            return inputValue ? t('people.noneFor', { text: inputValue }) : t('people.none');
          }}
          formatOptionLabel={({ hit }) => <PersonChip person={hit} />}
          menuPosition="fixed"
          menuPlacement="auto"
        />
      )}
    </Field>
  );
}
