import Button from '@atlaskit/button/default/button';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAssetCommand } from '../../api/commands';
import { keys } from '../../api/queries';
import type { Asset, EditAsset } from '../../api/model';
import { notify } from '../../components/notice';
import { useApi } from '../../api/session';
import { Dialog } from '../../components/Dialog';
import { FailurePanel } from '../../components/FailurePanel';
import { TextInput } from '../../components/TextInput';
import { toFailure, Failure } from '../../host/failure';
import { t } from '../../messages';
import { AssetFields } from '../../components/asset/AssetFields';
import { attributesOf, changesBetween, draftErrors, draftOf, rebase } from '../../components/asset/draft';
import { fieldErrors } from '../../components/asset/field-errors';

const CHANGED_MEANWHILE = 412;

/** The refusal in the words of this dialog, with the code that the server gave. */
const asConflict = ({ code, status, requestId }: Failure) =>
  new Failure({ code, status, requestId, cause: t('edit.conflictCause'), remedy: t('edit.conflictRemedy') });

/** Edits the attributes of the revision on screen; a change that came in between is shown, never overwritten. */
export function EditDialog({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const api = useApi();
  const queries = useQueryClient();
  const [base, setBase] = useState(asset);
  const [draft, setDraft] = useState(() => draftOf(asset.attributes));
  const [reason, setReason] = useState('');
  const [tries, setTries] = useState(0);
  const tried = tries > 0;
  const [reloadFailure, setReloadFailure] = useState<Failure | null>(null);
  const edit = useAssetCommand<EditAsset>((_, body) => api.assets.edit(base.id, body, base.revision));

  const local = draftErrors(draft);
  const refused = fieldErrors(edit.error, [...Object.keys(attributesOf(draft)), 'name']);
  const errors = tried ? { ...refused, ...local } : refused;
  const set = changesBetween(base.attributes, draft);
  const isChanged = Object.keys(set).length > 0;

  const submit = () => {
    setTries(tries + 1);
    if (Object.keys(local).length > 0) return;
    edit.mutate(reason.trim() ? { set, reason: reason.trim() } : { set }, {
      onSuccess: (saved) => {
        notify({ title: t('edit.done', { tag: saved.tag }) });
        onClose();
      },
    });
  };

  const reload = async () => {
    try {
      const fresh = await api.assets.get(base.id, undefined);
      queries.setQueryData([...keys.asset(fresh.id), 'now'], fresh);
      setDraft(rebase(draft, base.attributes, fresh.attributes));
      setBase(fresh);
      setReloadFailure(null);
      edit.reset();
    } catch (cause) {
      setReloadFailure(toFailure(cause));
    }
  };

  const conflict = edit.error?.status === CHANGED_MEANWHILE ? edit.error : null;
  return (
    <Dialog
      title={t('edit.title', { tag: asset.tag })}
      submitLabel={t('edit.submit')}
      isBusy={edit.isPending}
      problem={edit.error ?? tries}
      canSubmit={isChanged && !conflict}
      onSubmit={submit}
      onClose={onClose}
    >
      {reloadFailure && <FailurePanel title={t('edit.reloadFailed')} failure={reloadFailure} />}
      {conflict && (
        <FailurePanel
          title={t('edit.conflict')}
          failure={asConflict(conflict)}
          action={
            <Button spacing="compact" onClick={() => void reload()}>
              {t('edit.reload')}
            </Button>
          }
        />
      )}
      {edit.error && !conflict && Object.keys(refused).length === 0 && (
        <FailurePanel title={t('edit.failed')} failure={edit.error} />
      )}
      <TextInput
        label={t('attribute.name')}
        value={draft.known.name ?? ''}
        onChange={(name) => setDraft({ ...draft, known: { ...draft.known, name } })}
        error={errors.name ?? null}
        maxLength={255}
        isRequired
        autoFocus
      />
      <AssetFields draft={draft} onChange={setDraft} errors={errors} />
      <div style={{ marginTop: 16 }}>
        <TextInput
          label={t('edit.reason')}
          value={reason}
          onChange={setReason}
          hint={t('field.shownInHistory')}
        />
      </div>
    </Dialog>
  );
}
