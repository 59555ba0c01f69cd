import { useState } from 'react';
import { useAssetCommand } from '../../api/commands';
import type { Asset } from '../../api/model';
import { NAME } from '../../api/schema';
import { Dialog, DialogText } from '../../components/Dialog';
import { FailurePanel } from '../../components/FailurePanel';
import { notify } from '../../components/notice';
import { TextInput } from '../../components/TextInput';
import { personName } from '../../components/words';
import { href, navigate } from '../../host/address';
import { t } from '../../messages';
import type { SimpleAction } from './actions';

/** The body's key for the text that a person may add. */
const TEXT_KEY: Record<SimpleAction, 'note' | 'reason'> = {
  checkIn: 'note',
  retire: 'reason',
  restore: 'reason',
  withdraw: 'reason',
};

function explain(action: SimpleAction, { attributes, holder, tag }: Asset): string {
  const name = attributes[NAME] ?? '';
  switch (action) {
    case 'checkIn':
      return holder
        ? t('checkIn.explainFrom', { name, holder: personName(holder) })
        : t('checkIn.explain', { name });
    case 'retire':
      return t('retire.explain', { name });
    case 'restore':
      return t('restore.explain', { name });
    case 'withdraw':
      return t('withdraw.explain', { name, tag });
  }
}

/** The actions after which the asset cannot be used. */
const TAKES_AWAY: SimpleAction[] = ['retire', 'withdraw'];

/** Where a withdrawn asset is found, since no list has it. */
const linkAfter = (action: SimpleAction, { id }: Asset) =>
  action === 'withdraw' ? { href: href(['asset', id]), linkText: t('withdraw.openHistory') } : {};

interface Props {
  action: SimpleAction;
  asset: Asset;
  onClose: () => void;
}

/** Confirms an action, with an optional note or reason. */
export function SimpleDialog({ action, asset, onClose }: Props) {
  const [text, setText] = useState('');
  const key = TEXT_KEY[action];
  const { tag } = asset;
  const command = useAssetCommand<{ note?: string; reason?: string }, Asset | null>((api, body, submitKey) =>
    api.assets[action](asset.id, body, submitKey),
  );
  const submit = () => {
    command.mutate(text.trim() ? { [key]: text.trim() } : {}, {
      onSuccess: () => {
        notify({ title: t(`${action}.done`, { tag }), ...linkAfter(action, asset) });
        onClose();
        if (action === 'withdraw') navigate(href([]));
      },
    });
  };
  return (
    <Dialog
      title={t(`${action}.title`, { tag })}
      width="small"
      appearance={TAKES_AWAY.includes(action) ? 'danger' : 'primary'}
      submitLabel={t(`action.${action}`)}
      isBusy={command.isPending}
      problem={command.error}
      hasEntries={text !== ''}
      onSubmit={submit}
      onClose={onClose}
    >
      {command.error && <FailurePanel title={t(`${action}.failed`)} failure={command.error} />}
      <DialogText>{explain(action, asset)}</DialogText>
      <TextInput
        label={t(`field.${key}`)}
        value={text}
        onChange={setText}
        isLong
        hint={t('field.shownInHistory')}
      />
    </Dialog>
  );
}
