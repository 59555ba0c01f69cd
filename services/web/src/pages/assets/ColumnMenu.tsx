import Button from '@atlaskit/button/default/button';
import DropdownMenu, { DropdownItemCheckbox, DropdownItemCheckboxGroup } from '@atlaskit/dropdown-menu';
import ChevronDownIcon from '@atlaskit/icon/core/chevron-down';
import { useState } from 'react';
import { t } from '../../messages';
import { COLUMN_KEYS, columnTitle, FIXED_COLUMN, type ColumnChoiceProps, type ColumnKey } from './columns';

/** The opened menu of columns. Rendered when it is first opened, hence open from the start. */
export default function ColumnMenu({ shown, onChange }: ColumnChoiceProps) {
  const [isOpen, setOpen] = useState(true);
  const toggle = (key: ColumnKey) =>
    onChange(COLUMN_KEYS.filter((one) => (one === key ? !shown.includes(key) : shown.includes(one))));
  return (
    <DropdownMenu
      shouldRenderToParent
      isOpen={isOpen}
      onOpenChange={(change) => setOpen(change.isOpen)}
      trigger={({ triggerRef, isSelected, ...trigger }) => (
        <Button {...trigger} ref={triggerRef} isSelected={isSelected} iconAfter={ChevronDownIcon}>
          {t('list.columns')}
        </Button>
      )}
    >
      <DropdownItemCheckboxGroup id="columns" title={t('list.columns')}>
        {COLUMN_KEYS.filter((key) => key !== FIXED_COLUMN).map((key) => (
          <DropdownItemCheckbox
            key={key}
            id={key}
            isSelected={shown.includes(key)}
            onClick={() => toggle(key)}
          >
            {columnTitle(key)}
          </DropdownItemCheckbox>
        ))}
      </DropdownItemCheckboxGroup>
    </DropdownMenu>
  );
}
