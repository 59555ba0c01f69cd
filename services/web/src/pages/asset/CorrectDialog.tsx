import Select, { type OptionType } from '@atlaskit/select';
import { useState } from 'react';
import { useAssetCommand } from '../../api/commands';
import type { Asset, CorrectAsset } from '../../api/types';
import { notify } from '../../components/notice';
import { DayField } from '../../components/DayField';
import { Dialog } from '../../components/Dialog';
import { FailurePanel } from '../../components/FailurePanel';
import { Field } from '../../components/Field';
import { dayOf, formatDay, today } from '../../components/format';
import { TextInput } from '../../components/TextInput';
import { attributeLabel, KNOWN_ATTRIBUTES } from '../../components/asset/words';
import css from './AssetPage.module.css';
import { effectiveTime } from './effective-time';
import { fieldErrors } from '../../components/asset/field-errors';

const asOption = (key: string): OptionType => ({ label: attributeLabel(key), value: key });

function dayProblem(day: string, first: string): string | null {
  if (!day) return 'Choose since when this has been true.';
  if (day > today()) return 'Choose a day up to today.';
  if (day < first) return `The asset was registered on ${formatDay(first)}; choose a day from then on.`;
  return null;
}

function problems(field: string, value: string, day: string, reason: string, first: string) {
  return {
    value: field === 'name' && !value.trim() ? 'The name cannot be empty.' : null,
    day: dayProblem(day, first),
    reason: reason.trim() ? null : 'Say why, so that the history can be understood.',
  };
}

/**
 * Puts right what was recorded wrongly. Unlike an edit it says since when the value has been true, and both the wrong
 * record and the correction stay in the history.
 */
export function CorrectDialog({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const [field, setField] = useState('location');
  const [value, setValue] = useState(asset.attributes.location ?? '');
  const [day, setDay] = useState('');
  const [reason, setReason] = useState('');
  const [tries, setTries] = useState(0);
  const tried = tries > 0;
  const correct = useAssetCommand<CorrectAsset>((api, body, key) => api.assets.correct(asset.id, body, key));

  const firstDay = dayOf(new Date(asset.registeredAt));
  const wrong = problems(field, value, day, reason, firstDay);
  const shown = tried ? wrong : { value: null, day: null, reason: null };
  const refused = fieldErrors(correct.error, [field]);
  const options = [...new Set([...KNOWN_ATTRIBUTES, ...Object.keys(asset.attributes)])].map(asOption);

  const submit = () => {
    setTries(tries + 1);
    if (wrong.value || wrong.day || wrong.reason) return;
    const body = {
      set: { [field]: value.trim() || null },
      effectiveAt: effectiveTime(day, asset.registeredAt),
      reason: reason.trim(),
    };
    correct.mutate(body, {
      onSuccess: () => {
        notify({ title: `${asset.tag} is corrected` });
        onClose();
      },
    });
  };

  return (
    <Dialog
      title={`Correct ${asset.tag}`}
      width="small"
      submitLabel="Correct"
      isBusy={correct.isPending}
      problem={correct.error ?? tries}
      onSubmit={submit}
      onClose={onClose}
    >
      {correct.error && Object.keys(refused).length === 0 && (
        <FailurePanel title="The correction was not recorded" failure={correct.error} />
      )}
      <p className={css.dialogText}>
        For something that was recorded wrongly. Looking back at a past day will show the corrected value; the
        history keeps both.
      </p>
      <Field label="Field">
        {({ id }) => (
          <Select<OptionType>
            inputId={id}
            options={options}
            value={asOption(field)}
            onChange={(option) => {
              if (!option) return;
              setField(String(option.value));
              setValue(asset.attributes[String(option.value)] ?? '');
            }}
            menuPosition="fixed"
          />
        )}
      </Field>
      {field === 'purchased_on' ? (
        <DayField label="Correct value" value={value} onChange={setValue} error={refused[field] ?? null} />
      ) : (
        <TextInput
          label="Correct value"
          value={value}
          onChange={setValue}
          error={shown.value ?? refused[field] ?? null}
          hint={`Recorded now: ${asset.attributes[field] ?? 'nothing'}`}
        />
      )}
      <DayField
        label="True since"
        value={day}
        onChange={setDay}
        min={firstDay}
        max={today()}
        error={shown.day}
        hint="From the start of this day."
        isRequired
      />
      <TextInput label="Reason" value={reason} onChange={setReason} error={shown.reason} isLong isRequired />
    </Dialog>
  );
}
