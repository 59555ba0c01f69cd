import Button from '@atlaskit/button/default/button';
import IconButton from '@atlaskit/button/icon/button';
import AddIcon from '@atlaskit/icon/core/add';
import DeleteIcon from '@atlaskit/icon/core/delete';
import Textfield from '@atlaskit/textfield';
import { useId } from 'react';
import { useFacets } from '../../api/queries';
import { DayField } from '../DayField';
import { Field } from '../Field';
import fieldCss from '../Field.module.css';
import { TextInput } from '../TextInput';
import { attributeLabel } from '../words';
import { t } from '../../messages';
import css from './AssetFields.module.css';
import { attributeKey, type CustomAttribute, type Draft } from './draft';

interface Props {
  draft: Draft;
  onChange: (draft: Draft) => void;
  errors: Record<string, string>;
}

/** A text field that proposes values already in use, so that spellings stay the same. */
function SuggestingInput(props: {
  name: 'type' | 'location';
  value: string;
  onChange: (value: string) => void;
}) {
  const { name, value, onChange } = props;
  const list = useId();
  const facets = useFacets({});
  return (
    <Field label={attributeLabel(name)}>
      {(field) => (
        <>
          <Textfield
            {...field}
            list={list}
            value={value}
            maxLength={2000}
            autoComplete="off"
            onChange={(event) => onChange(event.currentTarget.value)}
          />
          <datalist id={list}>
            {facets.data?.[name].map((facet) => (
              <option key={facet.value} value={facet.value} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

interface CustomProps {
  rows: CustomAttribute[];
  errors: Record<string, string>;
  onChange: (rows: CustomAttribute[]) => void;
}

function CustomFields({ rows, errors, onChange }: CustomProps) {
  const add = () =>
    onChange([...rows, { id: Math.max(-1, ...rows.map((row) => row.id)) + 1, key: '', value: '' }]);
  const put = (id: number, part: Partial<CustomAttribute>) =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  return (
    <fieldset className={css.custom}>
      <legend>{t('fields.custom')}</legend>
      {rows.map((row) => {
        const key = attributeKey(row.key);
        return (
          <div key={row.id} className={css.customRow}>
            <TextInput
              label={t('fields.customName')}
              value={row.key}
              onChange={(text) => put(row.id, { key: text })}
              hint={key && key !== row.key ? t('fields.customKey', { key }) : undefined}
              error={errors[`custom-${row.id}`] ?? null}
              maxLength={64}
            />
            <TextInput
              label={t('fields.customValue')}
              value={row.value}
              onChange={(value) => put(row.id, { value })}
              error={key ? errors[key] : null}
            />
            <div className={css.remove}>
              <IconButton
                icon={DeleteIcon}
                label={row.key ? t('fields.removeNamed', { name: row.key }) : t('fields.remove')}
                appearance="subtle"
                onClick={() => onChange(rows.filter((other) => other.id !== row.id))}
              />
            </div>
          </div>
        );
      })}
      <Button spacing="compact" iconBefore={AddIcon} onClick={add}>
        {t('fields.add')}
      </Button>
    </fieldset>
  );
}

/** The attributes of an asset as fields, shared by registering and editing. */
export function AssetFields({ draft, onChange, errors }: Props) {
  const put = (key: string) => (value: string) =>
    onChange({ ...draft, known: { ...draft.known, [key]: value } });
  const text = (key: string) => (
    <TextInput
      label={attributeLabel(key)}
      value={draft.known[key] ?? ''}
      onChange={put(key)}
      error={errors[key] ?? null}
    />
  );
  return (
    <>
      <div className={fieldCss.grid}>
        <SuggestingInput name="type" value={draft.known.type ?? ''} onChange={put('type')} />
        <SuggestingInput name="location" value={draft.known.location ?? ''} onChange={put('location')} />
        {text('manufacturer')}
        {text('model')}
        {text('serial')}
        <DayField
          label={attributeLabel('purchased_on')}
          value={draft.known.purchased_on ?? ''}
          onChange={put('purchased_on')}
          error={errors.purchased_on ?? null}
        />
        {text('price')}
        {text('supplier')}
      </div>
      {text('status_note')}
      <TextInput
        label={attributeLabel('notes')}
        value={draft.known.notes ?? ''}
        onChange={put('notes')}
        error={errors.notes ?? null}
        isLong
      />
      <CustomFields
        rows={draft.custom}
        errors={errors}
        onChange={(custom) => onChange({ ...draft, custom })}
      />
    </>
  );
}
