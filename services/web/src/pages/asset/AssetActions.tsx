import Button, { IconButton } from '@atlaskit/button/new';
import DropdownMenu, { DropdownItem, DropdownItemGroup } from '@atlaskit/dropdown-menu';
import MoreIcon from '@atlaskit/icon/core/show-more-horizontal';
import { useState } from 'react';
import type { Asset, AssetStatus } from '../../api/types';
import { useCan } from '../../api/session';
import css from './AssetPage.module.css';
import { CorrectDialog } from './CorrectDialog';
import { EditDialog } from './EditDialog';
import { HandOverDialog } from './HandOverDialog';
import { SimpleDialog } from './SimpleDialogs';

export type Act = 'checkOut' | 'checkIn' | 'transfer' | 'edit' | 'correct' | 'retire' | 'restore';

const LABELS: Record<Act, string> = {
  checkOut: 'Check out',
  checkIn: 'Check in',
  transfer: 'Transfer',
  edit: 'Edit',
  correct: 'Correct a record',
  retire: 'Retire',
  restore: 'Restore',
};

/** What an asset in each state offers: the likeliest act first, the rare ones behind the menu. */
export const ACTIONS: Record<AssetStatus, { first: Act; others: Act[]; menu: Act[] }> = {
  in_stock: { first: 'checkOut', others: ['edit'], menu: ['correct', 'retire'] },
  checked_out: { first: 'checkIn', others: ['transfer', 'edit'], menu: ['correct'] },
  retired: { first: 'restore', others: [], menu: [] },
};

function ActDialog({ act, asset, onClose }: { act: Act; asset: Asset; onClose: () => void }) {
  switch (act) {
    case 'checkOut':
    case 'transfer':
      return <HandOverDialog act={act} asset={asset} onClose={onClose} />;
    case 'edit':
      return <EditDialog asset={asset} onClose={onClose} />;
    case 'correct':
      return <CorrectDialog asset={asset} onClose={onClose} />;
    default:
      return <SimpleDialog act={act} asset={asset} onClose={onClose} />;
  }
}

export function AssetActions({ asset }: { asset: Asset }) {
  const canWrite = useCan('asset.write');
  const [act, setAct] = useState<Act | null>(null);
  if (!canWrite) return null;
  const { first, others, menu } = ACTIONS[asset.status];
  return (
    <div className={css.actions}>
      <Button appearance="primary" onClick={() => setAct(first)}>
        {LABELS[first]}
      </Button>
      {others.map((other) => (
        <Button key={other} onClick={() => setAct(other)}>
          {LABELS[other]}
        </Button>
      ))}
      {menu.length > 0 && (
        <DropdownMenu
          shouldRenderToParent
          placement="bottom-end"
          trigger={({ triggerRef, isSelected, ...props }) => (
            <IconButton
              {...props}
              ref={triggerRef}
              isSelected={isSelected}
              icon={MoreIcon}
              label="More actions"
            />
          )}
        >
          <DropdownItemGroup>
            {menu.map((item) => (
              <DropdownItem key={item} onClick={() => setAct(item)}>
                {LABELS[item]}
              </DropdownItem>
            ))}
          </DropdownItemGroup>
        </DropdownMenu>
      )}
      {act && <ActDialog act={act} asset={asset} onClose={() => setAct(null)} />}
    </div>
  );
}
