import type { ReactNode } from 'react';
import { NAME, type KnownSchema } from '../../api/schema';
import { t } from '../../messages';
import fieldCss from '../Field.module.css';
import { fieldLabel } from '../words';
import { AddedFields } from './AddedFields';
import css from './AssetFields.module.css';
import { AttributeField } from './AttributeField';
import { putValue, shownKeys, type Draft } from './draft';
import { SchemaState } from './SchemaState';

interface Props {
  draft: Draft;
  known: KnownSchema;
  onChange: (draft: Draft) => void;
  errors: Record<string, string>;
}

/** The attributes of an asset besides its name as fields, shared by registering and editing. */
export function AssetFields({ draft, known, onChange, errors }: Props) {
  const { schema, isLoading } = known;
  if (isLoading) return <SchemaState known={known} />;
  const field = (key: string): ReactNode => (
    <AttributeField
      key={key}
      attribute={schema.find(key)}
      label={fieldLabel(schema, key)}
      value={draft.values[key] ?? ''}
      onChange={(value) => onChange(putValue(draft, key, value))}
      error={errors[key] ?? null}
    />
  );
  const keys = shownKeys(schema, draft).filter((key) => key !== NAME);
  const isBuiltIn = (key: string) => schema.find(key)?.builtIn ?? false;
  const isLong = (key: string) => schema.find(key)?.kind === 'long_text';
  const builtIn = keys.filter(isBuiltIn);
  return (
    <>
      <SchemaState known={known} />
      <div className={fieldCss.grid}>{builtIn.filter((key) => !isLong(key)).map(field)}</div>
      {builtIn.filter(isLong).map(field)}
      <fieldset className={css.custom}>
        <legend>{t('fields.custom')}</legend>
        <div className={fieldCss.grid}>{keys.filter((key) => !isBuiltIn(key)).map(field)}</div>
        <AddedFields draft={draft} schema={schema} errors={errors} onChange={onChange} />
      </fieldset>
    </>
  );
}
