import { useState } from 'react';
import { useAssetCommand } from '../../api/commands';
import type { RegisterAsset } from '../../api/model';
import { NAME, useSchema } from '../../api/schema';
import { href } from '../../host/address';
import { notify } from '../notice';
import { Dialog } from '../Dialog';
import { FailurePanel } from '../FailurePanel';
import fieldCss from '../Field.module.css';
import { TextInput } from '../TextInput';
import { t } from '../../messages';
import { AssetFields } from './AssetFields';
import { attributesOf, draftErrors, draftOf, hasEntries } from './draft';
import { NameField } from './NameField';
import { fieldErrors } from './field-errors';
import { RestoreRetired } from './RestoreRetired';

/** The refusal of a tag that a retired asset has. */
const TAG_RETIRED = 'asset.tag_retired';

/**
 * Registers one asset. Only the name is required; without a tag the server assigns the next one.
 */
export default function RegisterDialog({ onClose }: { onClose: () => void }) {
  const [tag, setTag] = useState('');
  const [draft, setDraft] = useState(() => draftOf({}));
  const known = useSchema();
  const [tries, setTries] = useState(0);
  const tried = tries > 0;
  const register = useAssetCommand<RegisterAsset>((api, body, key) => api.assets.register(body, key));

  const local = draftErrors(draft, known.schema);
  const attributes = attributesOf(draft, known.schema);
  const refused = fieldErrors(register.error, ['tag', NAME, ...Object.keys(attributes)]);
  const errors = tried ? { ...refused, ...local } : refused;

  const submit = () => {
    setTries(tries + 1);
    if (Object.keys(local).length > 0) return;
    const body: RegisterAsset = { attributes };
    if (tag.trim()) body.tag = tag.trim();
    register.mutate(body, {
      onSuccess: (asset) => {
        notify({
          title: t('register.done', { tag: asset.tag }),
          detail: asset.attributes[NAME] ?? '',
          href: href(['asset', asset.id]),
          linkText: t('register.openAsset'),
        });
        onClose();
      },
    });
  };

  return (
    <Dialog
      title={t('register.title')}
      submitLabel={t('register.submit')}
      isBusy={register.isPending}
      problem={register.error ?? tries}
      hasEntries={tag !== '' || hasEntries(draft, {})}
      onSubmit={submit}
      onClose={onClose}
    >
      {register.error && Object.keys(refused).length === 0 && (
        <FailurePanel title={t('register.failed')} failure={register.error} />
      )}
      <div className={fieldCss.grid}>
        <NameField draft={draft} onChange={setDraft} error={errors.name} />
        <TextInput
          label={t('attribute.tag')}
          value={tag}
          onChange={setTag}
          error={errors.tag ?? null}
          hint={t('register.tagHint')}
          maxLength={64}
        />
      </div>
      {register.error?.code === TAG_RETIRED && errors.tag && <RestoreRetired tag={tag.trim()} />}
      <AssetFields draft={draft} known={known} onChange={setDraft} errors={errors} />
    </Dialog>
  );
}
