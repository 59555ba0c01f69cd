import Button from '@atlaskit/button/default/button';
import ChevronDownIcon from '@atlaskit/icon/core/chevron-down';
import { useEffect, useRef, useState, type FocusEvent, type KeyboardEvent } from 'react';
import { countBeyond, useFacets, valuesIn } from '../../api/queries';
import css from './FacetMenu.module.css';
import { FacetMenu } from './FacetMenu';
import { buttonText, facetLabel } from './facets';
import { toFilter, type ListState } from './list-state';

interface Props {
  name: string;
  title: string;
  state: ListState;
  onChange: (values: string[]) => void;
}

/** Whether a menu is open; it closes when anything outside is pressed or focused, or by Escape. */
function useMenu() {
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const closeOutside = ({ target }: PointerEvent) => {
      if (target instanceof Node && !box.current?.contains(target)) setOpen(false);
    };
    document.addEventListener('pointerdown', closeOutside);
    return () => document.removeEventListener('pointerdown', closeOutside);
  }, [isOpen]);
  const onBlur = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget instanceof Node && !box.current?.contains(relatedTarget)) setOpen(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isOpen) return;
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  };
  return { isOpen, setOpen, box, button, handlers: { onBlur, onKeyDown } };
}

/**
 * One filter: a button that opens a searchable list of the existing values, each with its count
 * under the other filters. The counts are fetched when it is opened.
 */
export function FacetFilter({ name, title, state, onChange }: Props) {
  const { isOpen, setOpen, box, button, handlers } = useMenu();
  const chosen = state.facets[name] ?? [];
  const filter = toFilter(state, name);
  const counts = useFacets(filter, isOpen || chosen.length > 0);
  const values = valuesIn(counts.data, name).filter((facet) => facet.value);
  const labelOf = (value: string) =>
    facetLabel(name, values.find((facet) => facet.value === value) ?? { value });
  return (
    <div ref={box} className={css.box} {...handlers}>
      <Button
        ref={button}
        iconAfter={ChevronDownIcon}
        isSelected={isOpen || chosen.length > 0}
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {buttonText(title, chosen.map(labelOf))}
      </Button>
      {isOpen && (
        <FacetMenu
          name={name}
          title={title}
          filter={filter}
          values={values}
          beyond={countBeyond(counts.data, name)}
          chosen={chosen}
          isLoading={counts.isPending}
          onChange={onChange}
        />
      )}
    </div>
  );
}
