import { AsyncSelect, type OptionType } from '@atlaskit/select';
import { useState } from 'react';
import type { PersonHit } from '../../api/types';
import { useApi } from '../../api/session';
import { Field } from '../../components/Field';
import { PersonChip } from '../../components/Person';
import { toFailure, type Failure } from '../../host/failure';

interface Option extends OptionType {
  hit: PersonHit;
}

const asOption = (hit: PersonHit): Option => ({ label: hit.displayName, value: hit.accountId, hit });

interface Props {
  label: string;
  value: PersonHit | null;
  onChange: (person: PersonHit | null) => void;
  error?: string | null;
  /** Left out of the choice: the present holder in a transfer. */
  exclude?: string | undefined;
}

/** Finds a person of the Jira site by name. A search that fails says so instead of showing nobody. */
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
      // An answer would be remembered; who types the same again after a failure has to be answered anew.
      throw cause;
    }
  };
  const searchError = failure && `${failure.message} ${failure.remedy} (${failure.code})`;
  return (
    <Field label={label} isRequired error={error ?? searchError} hint="Type a part of the name.">
      {(field) => (
        <AsyncSelect<Option>
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
          placeholder="Choose a person"
          noOptionsMessage={({ inputValue }) => {
            if (failure) return failure.message;
            return inputValue ? `Nobody found for “${inputValue}”` : 'Nobody found';
          }}
          formatOptionLabel={({ hit }) => <PersonChip person={hit} />}
          menuPosition="fixed"
          menuPlacement="auto"
        />
      )}
    </Field>
  );
}
