import Button from '@atlaskit/button/default/button';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAssetCommand } from '../../api/commands';
import { keys } from '../../api/queries';
import type { Asset, EditAsset } from '../../api/model';
import { NAME, useSchema } from '../../api/schema';
import { notify } from '../../components/notice';
import { useApi } from '../../api/session';
import { Dialog } from '../../components/Dialog';
import { FailurePanel } from '../../components/FailurePanel';
import { TextInput } from '../../components/TextInput';
import { toFailure, type Failure } from '../../host/failure';
import { t } from '../../messages';
import { AssetFields } from '../../components/asset/AssetFields';
import {
  attributesOf,
  changesBetween,
  draftErrors,
  draftOf,
  hasEntries,
  rebase,
} from '../../components/asset/draft';
import { NameField } from '../../components/asset/NameField';
import { fieldErrors } from '../../components/asset/field-errors';

const CHANGED_MEANWHILE = 412;

interface ProblemsProps {
  /** Why the changes were not saved, unless that is said at a field. */
  failure: Failure | null;
  reloadFailure: Failure | null;
  onReload: () => void;
}

function Problems({ failure, reloadFailure, onReload }: ProblemsProps) {
  const isConflict = failure?.status === CHANGED_MEANWHILE;
  return (
    <>
      {reloadFailure && <FailurePanel title={t('edit.reloadFailed')} failure={reloadFailure} />}
      {failure && isConflict && (
        <FailurePanel
          title={t('edit.conflict')}
          failure={failure}
          text={{ cause: t('edit.conflictCause'), remedy: t('edit.conflictRemedy') }}
          action={
            <Button spacing="compact" onClick={onReload}>
              {t('edit.reload')}
            </Button>
          }
        />
      )}
      {failure && !isConflict && <FailurePanel title={t('edit.failed')} failure={failure} />}
    </>
  );
}

/** The draft over the revision that it began from, which can be exchanged for a newer one. */
function useDraftOver(asset: Asset) {
  const api = useApi();
  const queries = useQueryClient();
  const [base, setBase] = useState(asset);
  const [draft, setDraft] = useState(() => draftOf(asset.attributes));
  const [reloadFailure, setReloadFailure] = useState<Failure | null>(null);
  /** Whether the newer revision is there. */
  const reload = async (): Promise<boolean> => {
    try {
      const fresh = await api.assets.get(base.id, undefined);
      queries.setQueryData([...keys.asset(fresh.id), 'now'], fresh);
      setDraft(rebase(draft, base.attributes, fresh.attributes));
      setBase(fresh);
      setReloadFailure(null);
      return true;
    } catch (cause) {
      setReloadFailure(toFailure(cause));
      return false;
    }
  };
  return { base, draft, setDraft, reload, reloadFailure };
}

/**
 * Edits the attributes of the revision on screen; a change that came in between is shown, never
 * overwritten.
 */
export function EditDialog({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const { base, draft, setDraft, reload, reloadFailure } = useDraftOver(asset);
  const [reason, setReason] = useState('');
  const [tries, setTries] = useState(0);
  const tried = tries > 0;
  const edit = useAssetCommand<EditAsset>((api, body) => api.assets.edit(base.id, body, base.revision));

  const known = useSchema(Object.keys(base.attributes));
  const target = attributesOf(draft, known.schema);
  const local = draftErrors(draft, known.schema);
  const refused = fieldErrors(edit.error, [NAME, ...Object.keys(target)]);
  const errors = tried ? { ...refused, ...local } : refused;
  const set = changesBetween(base.attributes, target);
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

  const hasConflict = edit.error?.status === CHANGED_MEANWHILE;
  const failure = hasConflict || Object.keys(refused).length === 0 ? edit.error : null;
  return (
    <Dialog
      title={t('edit.title', { tag: asset.tag })}
      submitLabel={t('edit.submit')}
      isBusy={edit.isPending}
      problem={edit.error ?? tries}
      hasEntries={reason !== '' || hasEntries(draft, base.attributes)}
      canSubmit={isChanged && !hasConflict}
      onSubmit={submit}
      onClose={onClose}
    >
      <Problems
        failure={failure}
        reloadFailure={reloadFailure}
        onReload={() => void reload().then((isThere) => isThere && edit.reset())}
      />
      <NameField draft={draft} onChange={setDraft} error={errors.name} />
      <AssetFields draft={draft} known={known} onChange={setDraft} errors={errors} />
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
