import Button from '@atlaskit/button/default/button';
import DropdownMenu, { DropdownItemCheckbox, DropdownItemCheckboxGroup } from '@atlaskit/dropdown-menu';
import ChevronDownIcon from '@atlaskit/icon/core/chevron-down';
import { useState } from 'react';
import { t } from '../../messages';
import { FIXED_COLUMN, type ColumnChoiceProps, type ListColumn } from './columns';

const keysOf = (columns: ListColumn[]) => columns.map(({ key }) => key);

/** The opened menu of columns. Rendered when it is first opened, hence open from the start. */
export default function ColumnMenu({ columns, shown, onChange }: ColumnChoiceProps) {
  const [isOpen, setOpen] = useState(true);
  const toggle = (column: ListColumn) =>
    onChange(keysOf(columns.filter((one) => (one === column) !== shown.includes(one))));
  const group = (id: string, title: string, isFree: boolean) => (
    <DropdownItemCheckboxGroup id={id} title={title}>
      {columns
        .filter((column) => column.isFree === isFree && column.key !== FIXED_COLUMN)
        .map((column) => (
          <DropdownItemCheckbox
            key={column.key}
            id={column.key}
            isSelected={shown.includes(column)}
            onClick={() => toggle(column)}
          >
            {column.title}
          </DropdownItemCheckbox>
        ))}
    </DropdownItemCheckboxGroup>
  );
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
      {group('columns', t('list.columns'), false)}
      {columns.some(({ isFree }) => isFree) && group('own-columns', t('fields.custom'), true)}
    </DropdownMenu>
  );
}
