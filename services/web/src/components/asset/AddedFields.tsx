import Button from '@atlaskit/button/default/button';
import IconButton from '@atlaskit/button/icon/button';
import AddIcon from '@atlaskit/icon/core/add';
import DeleteIcon from '@atlaskit/icon/core/delete';
import type { Schema } from '../../api/schema';
import { t } from '../../messages';
import { TextInput } from '../TextInput';
import { attributeLabel } from '../words';
import css from './AssetFields.module.css';
import { addedError, keyOfName, shownKeys, type AddedField, type Draft } from './draft';

interface Props {
  draft: Draft;
  schema: Schema;
  errors: Record<string, string>;
  onChange: (draft: Draft) => void;
}

interface RowProps {
  field: AddedField;
  schema: Schema;
  /** Names of attributes that have no field in the form. */
  offered: string[];
  errors: Record<string, string>;
  onChange: (part: Partial<AddedField>) => void;
  onRemove: () => void;
}

function AddedRow({ field, schema, offered, errors, onChange, onRemove }: RowProps) {
  const { name, value } = field;
  const key = keyOfName(schema, name);
  return (
    <div className={css.customRow}>
      <TextInput
        label={t('fields.customName')}
        value={name}
        onChange={(text) => onChange({ name: text })}
        error={errors[addedError(field)] ?? null}
        maxLength={100}
        suggestions={offered}
      />
      <TextInput
        label={t('fields.customValue')}
        value={value}
        onChange={(text) => onChange({ value: text })}
        error={key ? errors[key] : null}
      />
      <div className={css.remove}>
        <IconButton
          icon={DeleteIcon}
          label={name ? t('fields.removeNamed', { name }) : t('fields.remove')}
          appearance="subtle"
          onClick={onRemove}
        />
      </div>
    </div>
  );
}

/** Fields that the person adds: of attributes that the form does not show, or of new ones. */
export function AddedFields({ draft, schema, errors, onChange }: Props) {
  const { added } = draft;
  const put = (fields: AddedField[]) => onChange({ ...draft, added: fields });
  const add = () =>
    put([...added, { id: Math.max(-1, ...added.map(({ id }) => id)) + 1, name: '', value: '' }]);
  const shown = new Set(shownKeys(schema, draft));
  const offered = schema.free.filter(({ key }) => !shown.has(key)).map(attributeLabel);
  return (
    <>
      {added.map((field) => (
        <AddedRow
          key={field.id}
          field={field}
          schema={schema}
          offered={offered}
          errors={errors}
          onChange={(part) => put(added.map((one) => (one === field ? { ...one, ...part } : one)))}
          onRemove={() => put(added.filter((one) => one !== field))}
        />
      ))}
      <Button spacing="compact" iconBefore={AddIcon} onClick={add}>
        {t('fields.add')}
      </Button>
    </>
  );
}
