import { useState } from 'react';
import { useAssetCommand } from '../../api/commands';
import type { Asset, HandOver, PersonFound } from '../../api/model';
import { NAME } from '../../api/schema';
import { DayField } from '../../components/DayField';
import { Dialog, DialogText } from '../../components/Dialog';
import { FailurePanel } from '../../components/FailurePanel';
import { notify } from '../../components/notice';
import { Rich } from '../../components/Rich';
import { TextInput } from '../../components/TextInput';
import { personName } from '../../components/words';
import { today } from '../../day';
import { t } from '../../messages';
import type { HandOverAction } from './actions';
import { PersonPicker } from './PersonPicker';

/** The asset in question, and its present holder. */
function Subject({ asset }: { asset: Asset }) {
  const name = asset.attributes[NAME] ?? '';
  if (!asset.holder) return <strong>{name}</strong>;
  return <Rich id="handOver.isWith" values={{ name, holder: personName(asset.holder) }} />;
}

interface Props {
  action: HandOverAction;
  asset: Asset;
  onClose: () => void;
}

/** Hands an asset to a person: from stock (check out) or from another person (transfer). */
export function HandOverDialog({ action, asset, onClose }: Props) {
  const [person, setPerson] = useState<PersonFound | null>(null);
  const [dueOn, setDueOn] = useState('');
  const [note, setNote] = useState('');
  const [tries, setTries] = useState(0);
  const command = useAssetCommand<HandOver>((api, body, key) => api.assets[action](asset.id, body, key));
  const { tag } = asset;

  const submit = () => {
    setTries(tries + 1);
    if (!person) return;
    const body: HandOver = { to: person.accountId };
    if (dueOn) body.dueOn = dueOn;
    if (note.trim()) body.note = note.trim();
    command.mutate(body, {
      onSuccess: () => {
        notify({ title: t('handOver.done', { tag, holder: person.displayName }) });
        onClose();
      },
    });
  };

  return (
    <Dialog
      title={t(`${action}.title`, { tag })}
      width="small"
      submitLabel={t(`action.${action}`)}
      isBusy={command.isPending}
      problem={command.error ?? tries}
      hasEntries={person !== null || dueOn !== '' || note !== ''}
      onSubmit={submit}
      onClose={onClose}
    >
      {command.error && <FailurePanel title={t(`${action}.failed`)} failure={command.error} />}
      <DialogText>
        <Subject asset={asset} />
      </DialogText>
      <PersonPicker
        label={t(`${action}.to`)}
        value={person}
        onChange={setPerson}
        error={tries > 0 && !person ? t('handOver.personMissing') : null}
        exclude={asset.holder?.accountId ?? undefined}
      />
      <DayField
        label={t('attribute.due_on')}
        value={dueOn}
        onChange={setDueOn}
        min={today()}
        hint={t('field.optional')}
      />
      <TextInput
        label={t('field.note')}
        value={note}
        onChange={setNote}
        isLong
        hint={t('field.shownInHistory')}
      />
    </Dialog>
  );
}
