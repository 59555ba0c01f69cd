import type { Asset } from '../../api/model';
import type { AssetAction } from './actions';
import { CorrectDialog } from './CorrectDialog';
import { EditDialog } from './EditDialog';
import { HandOverDialog } from './HandOverDialog';
import { SimpleDialog } from './SimpleDialog';

interface Props {
  action: AssetAction;
  asset: Asset;
  onClose: () => void;
}

/**
 * The dialog of an action. Fetched with the first of them, since dialogs bring most of the page's
 * code.
 */
export default function ActionDialog({ action, asset, onClose }: Props) {
  switch (action) {
    case 'checkOut':
    case 'transfer':
      return <HandOverDialog action={action} asset={asset} onClose={onClose} />;
    case 'edit':
      return <EditDialog asset={asset} onClose={onClose} />;
    case 'correct':
      return <CorrectDialog asset={asset} onClose={onClose} />;
    case 'checkIn':
    case 'retire':
    case 'restore':
    case 'withdraw':
      return <SimpleDialog action={action} asset={asset} onClose={onClose} />;
  }
}
