import Button from '@atlaskit/button/new';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAssetCommand } from '../../api/commands';
import { keys } from '../../api/queries';
import type { Asset, EditAsset } from '../../api/types';
import { notify } from '../../components/notice';
import { useApi } from '../../api/session';
import { Dialog } from '../../components/Dialog';
import { FailurePanel } from '../../components/FailurePanel';
import { TextInput } from '../../components/TextInput';
import { Failure, toFailure } from '../../host/failure';
import { AssetFields } from '../../components/asset/AssetFields';
import { attributesOf, changesBetween, draftErrors, draftOf, rebase } from '../../components/asset/draft';
import { fieldErrors } from '../../components/asset/field-errors';

const CHANGED_MEANWHILE = 412;

const meanwhile = (failure: Failure) =>
  new Failure({
    code: failure.code,
    status: failure.status,
    requestId: failure.requestId,
    detail: 'Someone else changed this asset while you were editing.',
    remedy: 'Reload to see their changes. What you have entered stays, and you can then save it.',
  });

/** Edits the attributes against the revision the person saw; a change in between is shown, never overwritten. */
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
        notify({ title: `${saved.tag} is saved` });
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
      title={`Edit ${asset.tag}`}
      submitLabel="Save"
      isBusy={edit.isPending}
      problem={edit.error ?? tries}
      canSubmit={isChanged && !conflict}
      onSubmit={submit}
      onClose={onClose}
    >
      {reloadFailure && <FailurePanel title="The asset could not be reloaded" failure={reloadFailure} />}
      {conflict && (
        <FailurePanel
          title="Changed meanwhile"
          failure={meanwhile(conflict)}
          action={
            <Button spacing="compact" onClick={() => void reload()}>
              Reload
            </Button>
          }
        />
      )}
      {edit.error && !conflict && Object.keys(refused).length === 0 && (
        <FailurePanel title="The changes were not saved" failure={edit.error} />
      )}
      <TextInput
        label="Name"
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
          label="Reason for the change"
          value={reason}
          onChange={setReason}
          hint="Shown in the history. Optional."
        />
      </div>
    </Dialog>
  );
}
