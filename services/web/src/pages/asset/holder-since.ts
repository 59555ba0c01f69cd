import { useHistory } from '../../api/queries';
import type { Asset } from '../../api/model';
import { findChange } from './entry';

/**
 * When the current holder got the asset: the newest hand-over in the loaded history up to the shown
 * revision.
 */
export function useHolderSince(asset: Asset): string | null {
  const history = useHistory(asset.id);
  const handedOver = history.data?.find(
    (entry) => findChange(entry, 'holder')?.to && entry.revision <= asset.revision,
  );
  return handedOver ? (handedOver.effectiveAt ?? handedOver.at) : null;
}
