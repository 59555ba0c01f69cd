import Button from '@atlaskit/button/default/button';
import IconButton from '@atlaskit/button/icon/button';
import DropdownMenu, { DropdownItem, DropdownItemGroup } from '@atlaskit/dropdown-menu';
import MoreIcon from '@atlaskit/icon/core/show-more-horizontal';
import { lazy, Suspense, useState } from 'react';
import type { Asset, AssetStatus } from '../../api/model';
import { useCan } from '../../api/session';
import { t } from '../../messages';
import type { AssetAction } from './actions';

const ActionDialog = lazy(() => import('./ActionDialog'));

/** The actions that each status offers: the most likely first, the rare ones in the menu. */
export const ACTIONS: Record<
  AssetStatus,
  { first: AssetAction; others: AssetAction[]; menu: AssetAction[] }
> = {
  in_stock: { first: 'checkOut', others: ['edit'], menu: ['correct', 'retire', 'withdraw'] },
  checked_out: { first: 'checkIn', others: ['transfer', 'edit'], menu: ['correct'] },
  retired: { first: 'restore', others: [], menu: ['withdraw'] },
};

function MoreActions({ items, onChoose }: { items: AssetAction[]; onChoose: (action: AssetAction) => void }) {
  return (
    <DropdownMenu
      shouldRenderToParent
      placement="bottom-end"
      trigger={({ triggerRef, isSelected, ...props }) => (
        <IconButton
          {...props}
          ref={triggerRef}
          isSelected={isSelected}
          icon={MoreIcon}
          label={t('action.more')}
        />
      )}
    >
      <DropdownItemGroup>
        {items.map((item) => (
          <DropdownItem key={item} onClick={() => onChoose(item)}>
            {t(`action.${item}`)}
          </DropdownItem>
        ))}
      </DropdownItemGroup>
    </DropdownMenu>
  );
}

export function AssetActions({ asset }: { asset: Asset }) {
  const canWrite = useCan('asset.write');
  const [action, setAction] = useState<AssetAction | null>(null);
  if (!canWrite) return null;
  const { first, others, menu } = ACTIONS[asset.status];
  return (
    <>
      <Button appearance="primary" onClick={() => setAction(first)}>
        {t(`action.${first}`)}
      </Button>
      {others.map((other) => (
        <Button key={other} onClick={() => setAction(other)}>
          {t(`action.${other}`)}
        </Button>
      ))}
      {menu.length > 0 && <MoreActions items={menu} onChoose={setAction} />}
      <Suspense fallback={null}>
        {action && <ActionDialog action={action} asset={asset} onClose={() => setAction(null)} />}
      </Suspense>
    </>
  );
}
