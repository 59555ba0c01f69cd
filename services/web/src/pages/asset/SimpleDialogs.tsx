import { useState } from 'react';
import { useAssetCommand } from '../../api/commands';
import type { Asset } from '../../api/types';
import { notify } from '../../components/notice';
import { Dialog } from '../../components/Dialog';
import { FailurePanel } from '../../components/FailurePanel';
import { personName } from '../../components/Person';
import { TextInput } from '../../components/TextInput';
import css from './AssetPage.module.css';

export type SimpleAct = 'checkIn' | 'retire' | 'restore';

interface Words {
  title: string;
  explain: (asset: Asset) => string;
  submit: string;
  done: string;
  failed: string;
  /** The body's key for the text, and how it is asked for. */
  text: 'note' | 'reason';
  label: string;
}

const WORDS: Record<SimpleAct, Words> = {
  checkIn: {
    title: 'Check in',
    explain: ({ attributes, holder }) =>
      `${attributes.name} goes back to stock${holder ? ` from ${personName(holder)}` : ''}.`,
    submit: 'Check in',
    done: 'is back in stock',
    failed: 'The asset was not checked in',
    text: 'note',
    label: 'Note',
  },
  retire: {
    title: 'Retire',
    explain: ({ attributes }) =>
      `${attributes.name} leaves service: it can no longer be edited or checked out. Its history stays, and it can be restored.`,
    submit: 'Retire',
    done: 'is retired',
    failed: 'The asset was not retired',
    text: 'reason',
    label: 'Reason',
  },
  restore: {
    title: 'Restore',
    explain: ({ attributes }) => `${attributes.name} comes back to stock.`,
    submit: 'Restore',
    done: 'is back in stock',
    failed: 'The asset was not restored',
    text: 'reason',
    label: 'Reason',
  },
};

interface Props {
  act: SimpleAct;
  asset: Asset;
  onClose: () => void;
}

/** The acts that need no more than a yes and perhaps a word why. */
export function SimpleDialog({ act, asset, onClose }: Props) {
  const [text, setText] = useState('');
  const words = WORDS[act];
  const command = useAssetCommand<{ note?: string; reason?: string }>((api, body, key) =>
    api.assets[act](asset.id, body, key),
  );
  const submit = () => {
    command.mutate(text.trim() ? { [words.text]: text.trim() } : {}, {
      onSuccess: () => {
        notify({ title: `${asset.tag} ${words.done}` });
        onClose();
      },
    });
  };
  return (
    <Dialog
      title={`${words.title} ${asset.tag}`}
      width="small"
      appearance={act === 'retire' ? 'danger' : 'primary'}
      submitLabel={words.submit}
      isBusy={command.isPending}
      problem={command.error}
      onSubmit={submit}
      onClose={onClose}
    >
      {command.error && <FailurePanel title={words.failed} failure={command.error} />}
      <p className={css.dialogText}>{words.explain(asset)}</p>
      <TextInput
        label={words.label}
        value={text}
        onChange={setText}
        isLong
        hint="Shown in the history. Optional."
      />
    </Dialog>
  );
}
