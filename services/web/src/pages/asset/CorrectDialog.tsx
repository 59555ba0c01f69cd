import Select, { type OptionType } from '@atlaskit/select';
import { useState } from 'react';
import { useAssetCommand } from '../../api/commands';
import type { Asset, CorrectAsset } from '../../api/model';
import { NAME, useSchema, type Schema } from '../../api/schema';
import { AttributeField } from '../../components/asset/AttributeField';
import { fieldErrors } from '../../components/asset/field-errors';
import { SchemaState } from '../../components/asset/SchemaState';
import { DayField } from '../../components/DayField';
import { Dialog, DialogText } from '../../components/Dialog';
import { FailurePanel } from '../../components/FailurePanel';
import { Field } from '../../components/Field';
import { notify } from '../../components/notice';
import { selectTexts } from '../../components/select-texts';
import { TextInput } from '../../components/TextInput';
import { fieldLabel } from '../../components/words';
import { dayOf, today } from '../../day';
import { t } from '../../messages';
import { formatDay } from '../../messages/format';
import { effectiveTime } from './effective-time';

function dayProblem(day: string, first: string): string | null {
  if (!day) return t('correct.dayMissing');
  if (day > today()) return t('correct.dayInFuture');
  if (day < first) return t('correct.dayTooEarly', { day: formatDay(first) });
  return null;
}

function valueProblem(field: string, value: string, schema: Schema): string | null {
  if (value.trim()) return null;
  if (field === NAME) return t('correct.nameEmpty');
  return schema.find(field)?.required ? t('draft.valueMissing') : null;
}

function findProblems(value: string | null, day: string, reason: string, first: string) {
  return {
    value,
    day: dayProblem(day, first),
    reason: reason.trim() ? null : t('correct.reasonMissing'),
  };
}

const bodyOf = (field: string, value: string, effectiveAt: string, reason: string): CorrectAsset => ({
  set: { [field]: value.trim() || null },
  effectiveAt,
  reason: reason.trim(),
});

const NO_PROBLEMS = { value: null, day: null, reason: null };

interface FieldChoiceProps {
  keys: string[];
  schema: Schema;
  field: string;
  onChoose: (field: string) => void;
}

function FieldChoice({ keys, schema, field, onChoose }: FieldChoiceProps) {
  const asOption = (key: string): OptionType => ({ label: fieldLabel(schema, key), value: key });
  return (
    <Field label={t('correct.field')}>
      {({ id }) => (
        <Select<OptionType>
          {...selectTexts()}
          inputId={id}
          options={keys.map(asOption)}
          value={asOption(field)}
          onChange={(option) => option && onChoose(String(option.value))}
          menuPosition="fixed"
        />
      )}
    </Field>
  );
}

interface ValueFieldProps {
  schema: Schema;
  field: string;
  recorded: string | undefined;
  value: string;
  onChange: (value: string) => void;
  error: string | null;
}

function ValueField({ schema, field, recorded, ...input }: ValueFieldProps) {
  const attribute = schema.find(field);
  const isDay = attribute?.kind === 'date';
  const value = recorded === undefined || !isDay ? recorded : formatDay(recorded);
  const hint = t('correct.recorded', { value: value ?? t('correct.recordedNothing') });
  return <AttributeField attribute={attribute} label={t('correct.value')} hint={hint} {...input} />;
}

interface SinceProps {
  day: string;
  first: string;
  onChange: (day: string) => void;
  error: string | null;
}

function Since({ day, first, onChange, error }: SinceProps) {
  return (
    <DayField
      label={t('correct.since')}
      value={day}
      onChange={onChange}
      min={first}
      max={today()}
      error={error}
      hint={t('correct.sinceHint')}
      isRequired
    />
  );
}

function Reason(props: { value: string; onChange: (text: string) => void; error: string | null }) {
  return <TextInput label={t('field.reason')} isLong isRequired {...props} />;
}

/**
 * Corrects what was recorded wrongly. Unlike an edit it states since when the value has been true,
 * and both the wrong record and the correction stay in the history.
 */
export function CorrectDialog({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const known = useSchema(Object.keys(asset.attributes));
  const { schema } = known;
  const keys = schema.keysWith([NAME, ...Object.keys(asset.attributes)]);
  const [chosen, setChosen] = useState<string | null>(null);
  const [entered, setEntered] = useState<string | null>(null);
  const field = chosen ?? keys.find((key) => key !== NAME) ?? NAME;
  const value = entered ?? asset.attributes[field] ?? '';
  const [day, setDay] = useState('');
  const [reason, setReason] = useState('');
  const [tries, setTries] = useState(0);
  const correct = useAssetCommand<CorrectAsset>((api, body, key) => api.assets.correct(asset.id, body, key));

  const firstDay = dayOf(new Date(asset.registeredAt));
  const problems = findProblems(valueProblem(field, value, schema), day, reason, firstDay);
  const shown = tries > 0 ? problems : NO_PROBLEMS;
  const refused = fieldErrors(correct.error, [field]);

  const submit = () => {
    setTries(tries + 1);
    if (problems.value || problems.day || problems.reason) return;
    correct.mutate(bodyOf(field, value, effectiveTime(day, asset.registeredAt), reason), {
      onSuccess: () => {
        notify({ title: t('correct.done', { tag: asset.tag }) });
        onClose();
      },
    });
  };

  const choose = (next: string) => {
    setChosen(next);
    setEntered(null);
  };
  return (
    <Dialog
      title={t('correct.title', { tag: asset.tag })}
      width="small"
      submitLabel={t('correct.submit')}
      isBusy={correct.isPending}
      problem={correct.error ?? tries}
      hasEntries={entered !== null || day !== '' || reason !== ''}
      onSubmit={submit}
      onClose={onClose}
    >
      {correct.error && Object.keys(refused).length === 0 && (
        <FailurePanel title={t('correct.failed')} failure={correct.error} />
      )}
      <DialogText>{t('correct.explain')}</DialogText>
      <SchemaState known={known} />
      <FieldChoice keys={keys} schema={schema} field={field} onChoose={choose} />
      <ValueField
        schema={schema}
        field={field}
        recorded={asset.attributes[field]}
        value={value}
        onChange={setEntered}
        error={shown.value ?? refused[field] ?? null}
      />
      <Since day={day} first={firstDay} onChange={setDay} error={shown.day} />
      <Reason value={reason} onChange={setReason} error={shown.reason} />
    </Dialog>
  );
}
