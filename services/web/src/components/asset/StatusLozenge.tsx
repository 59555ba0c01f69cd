import Lozenge, { type ThemeAppearance } from '@atlaskit/lozenge';
import type { AssetStatus } from '../../api/model';
import { statusLabel } from '../words';

const APPEARANCE: Record<AssetStatus, ThemeAppearance> = {
  in_stock: 'success',
  checked_out: 'inprogress',
  retired: 'default',
};

export function StatusLozenge({ status }: { status: AssetStatus }) {
  return <Lozenge appearance={APPEARANCE[status]}>{statusLabel(status)}</Lozenge>;
}
