import { useState } from 'react';
import { useAssetCommand } from '../../api/commands';
import type { Asset, HandOver, PersonHit } from '../../api/types';
import { notify } from '../../components/notice';
import { DayField } from '../../components/DayField';
import { Dialog } from '../../components/Dialog';
import { FailurePanel } from '../../components/FailurePanel';
import { today } from '../../components/format';
import { personName } from '../../components/Person';
import { TextInput } from '../../components/TextInput';
import css from './AssetPage.module.css';
import { PersonPicker } from './PersonPicker';

const WORDS = {
  checkOut: { title: 'Check out', submit: 'Check out', failed: 'The asset was not checked out', to: 'To' },
  transfer: {
    title: 'Transfer',
    submit: 'Transfer',
    failed: 'The asset was not transferred',
    to: 'New holder',
  },
};

interface Props {
  act: 'checkOut' | 'transfer';
  asset: Asset;
  onClose: () => void;
}

/** Gives an asset into someone's hands: from stock (check out) or from another person (transfer). */
export function HandOverDialog({ act, asset, onClose }: Props) {
  const [person, setPerson] = useState<PersonHit | null>(null);
  const [dueOn, setDueOn] = useState('');
  const [note, setNote] = useState('');
  const [tries, setTries] = useState(0);
  const tried = tries > 0;
  const command = useAssetCommand<HandOver>((api, body, key) => api.assets[act](asset.id, body, key));
  const words = WORDS[act];

  const submit = () => {
    setTries(tries + 1);
    if (!person) return;
    const body: HandOver = { to: person.accountId };
    if (dueOn) body.dueOn = dueOn;
    if (note.trim()) body.note = note.trim();
    command.mutate(body, {
      onSuccess: () => {
        notify({ title: `${asset.tag} is now with ${person.displayName}` });
        onClose();
      },
    });
  };

  return (
    <Dialog
      title={`${words.title} ${asset.tag}`}
      width="small"
      submitLabel={words.submit}
      isBusy={command.isPending}
      problem={command.error ?? tries}
      onSubmit={submit}
      onClose={onClose}
    >
      {command.error && <FailurePanel title={words.failed} failure={command.error} />}
      <p className={css.dialogText}>
        <strong>{asset.attributes.name}</strong>
        {asset.holder && ` is with ${personName(asset.holder)}.`}
      </p>
      <PersonPicker
        label={words.to}
        value={person}
        onChange={setPerson}
        error={tried && !person ? 'Choose who gets the asset.' : null}
        exclude={asset.holder?.accountId}
      />
      <DayField label="Due back" value={dueOn} onChange={setDueOn} min={today()} hint="Optional." />
      <TextInput label="Note" value={note} onChange={setNote} isLong hint="Shown in the history. Optional." />
    </Dialog>
  );
}
