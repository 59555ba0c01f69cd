import Button from '@atlaskit/button/default/button';
import ChevronDownIcon from '@atlaskit/icon/core/chevron-down';
import { lazy, Suspense, useState } from 'react';
import { t } from '../../messages';
import type { ColumnChoiceProps } from './columns';

const loadMenu = () => import('./ColumnMenu');
const ColumnMenu = lazy(loadMenu);

/** Chooses the columns of the list. The menu's code is fetched when it is about to be opened. */
export function ColumnChoice(props: ColumnChoiceProps) {
  const [isOpened, setOpened] = useState(false);
  const button = (
    <Button
      iconAfter={ChevronDownIcon}
      aria-haspopup="true"
      aria-expanded={false}
      onMouseEnter={() => void loadMenu()}
      onFocus={() => void loadMenu()}
      onClick={() => setOpened(true)}
    >
      {t('list.columns')}
    </Button>
  );
  if (!isOpened) return button;
  return (
    <Suspense fallback={button}>
      <ColumnMenu {...props} />
    </Suspense>
  );
}
