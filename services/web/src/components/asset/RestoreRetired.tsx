import Button from '@atlaskit/button/default/button';
import { useAssetCommand } from '../../api/commands';
import { useAssetWithTag } from '../../api/queries';
import { href, navigate } from '../../host/address';
import { t } from '../../messages';
import { FailurePanel } from '../FailurePanel';
import { notify } from '../notice';

/** Offers to restore the retired asset that has the tag, instead of registering another. */
export function RestoreRetired({ tag }: { tag: string }) {
  const found = useAssetWithTag(tag);
  const asset = found.data;
  const restore = useAssetCommand<string>((api, id, key) => api.assets.restore(id, {}, key));
  if (!asset) return null;
  const submit = () =>
    restore.mutate(asset.id, {
      onSuccess: () => {
        notify({ title: t('restore.done', { tag: asset.tag }) });
        navigate(href(['asset', asset.id]));
      },
    });
  return (
    <div>
      {restore.error && <FailurePanel title={t('register.restoreFailed')} failure={restore.error} />}
      <Button spacing="compact" isLoading={restore.isPending} onClick={submit}>
        {t('register.restore', { tag: asset.tag })}
      </Button>
    </div>
  );
}
