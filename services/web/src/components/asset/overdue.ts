import type { Asset } from '../../api/model';
import { today } from '../../day';

/** Whether an asset should have been returned before the given day. */
export const isOverdue = (asset: Asset, day: string = today()): boolean =>
  asset.status === 'checked_out' && asset.dueOn !== null && asset.dueOn < day;
