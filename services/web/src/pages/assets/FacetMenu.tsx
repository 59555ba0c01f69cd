import CheckIcon from '@atlaskit/icon/core/check-mark';
import Textfield from '@atlaskit/textfield';
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { AssetFilter, FacetValue } from '../../api/model';
import { useFoundFacet, valuesIn } from '../../api/queries';
import { nextActive } from '../../components/grid-keys';
import { t } from '../../messages';
import { formatCount } from '../../messages/format';
import css from './FacetMenu.module.css';
import { facetLabel, isChosen, isFound, toggle } from './facets';

/** From how many values on they can be searched. */
const SEARCH_FROM = 8;

/** How long to wait after the last key before the server is asked, in milliseconds. */
const TYPING_PAUSE_MS = 250;

/** How many options Page Up and Page Down pass. */
const PAGE = 8;

interface Props {
  name: string;
  title: string;
  filter: AssetFilter;
  /** The most frequent values. */
  values: FacetValue[];
  /** How many assets have a value that is not among them. */
  beyond: number;
  chosen: string[];
  isLoading: boolean;
  onChange: (values: string[]) => void;
}

interface Option {
  /** Empty for the option that removes the filter. */
  value: string;
  label: string;
  count: number | null;
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** The options in which the text occurs. Of values that are not all there, the server finds them. */
function useOptions({ name, filter, values, beyond, isLoading }: Props, text: string) {
  const settled = useSettled(text.trim());
  const asksServer = beyond > 0 && settled !== '';
  const found = useFoundFacet(filter, name, settled, asksServer);
  const known = asksServer && found.data ? valuesIn(found.data, name) : values;
  const options = known
    .filter(({ value }) => value)
    .map((facet): Option => ({ value: facet.value, label: facetLabel(name, facet), count: facet.count }));
  const shown = options.filter(({ label }) => isFound(label, text));
  const isWaiting = isLoading || (asksServer && found.isFetching) || (beyond > 0 && settled !== text.trim());
  return { options: shown, isWaiting };
}

/** Keeps the panel inside the frame. */
function useInFrame() {
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const node = panel.current;
    if (!node) return;
    const beyond = node.getBoundingClientRect().right - document.documentElement.clientWidth + 8;
    if (beyond > 0) node.style.insetInlineStart = `${-beyond}px`;
  }, []);
  return panel;
}

interface OptionRowProps {
  id: string;
  option: Option;
  isSelected: boolean;
  isActive: boolean;
  onChoose: () => void;
}

function OptionRow({ id, option, isSelected, isActive, onChoose }: OptionRowProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isActive) row.current?.scrollIntoView?.({ block: 'nearest' });
  }, [isActive]);
  const { label, count } = option;
  return (
    // The keys are handled where the focus is: in the field, or on the list.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      ref={row}
      id={id}
      role="option"
      aria-selected={isSelected}
      tabIndex={-1}
      className={css.option}
      data-active={isActive || undefined}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      <span className={css.check} aria-hidden="true">
        {isSelected && <CheckIcon label="" size="small" color="currentColor" />}
      </span>
      <span className={css.name} title={label}>
        {label}
      </span>
      {count !== null && (
        <span className={css.count}>
          <span aria-hidden="true">{formatCount(count)}</span>
          <span className="visually-hidden">{t('list.total', { count })}</span>
        </span>
      )}
    </div>
  );
}

/** What the list does not show, or why it is empty. */
function Note({ props, hasOptions, isWaiting }: { props: Props; hasOptions: boolean; isWaiting: boolean }) {
  if (isWaiting) return <p className={css.note}>{t('select.loading')}</p>;
  if (!hasOptions) return <p className={css.note}>{t('facet.noOptions')}</p>;
  if (props.beyond === 0) return null;
  return <p className={css.note}>{t('facet.beyond', { count: props.beyond })}</p>;
}

/**
 * The values of a filter, of which several can be chosen. The focus stays in the search field, or on
 * a list too short to be searched, and Tab leaves it.
 */
export function FacetMenu(props: Props) {
  const { title, values, beyond, chosen, onChange } = props;
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const { options, isWaiting } = useOptions(props, text);
  const id = useId();
  const panel = useInFrame();
  const list = useRef<HTMLDivElement>(null);
  const isSearchable = values.length >= SEARCH_FROM || beyond > 0;
  const any: Option = { value: '', label: t('facet.any'), count: null };
  const all = text.trim() ? options : [any, ...options];
  const current = Math.min(active, Math.max(all.length - 1, 0));
  const choose = ({ value }: Option) => onChange(value ? toggle(chosen, value) : []);

  useEffect(() => {
    if (!isSearchable) list.current?.focus();
  }, [isSearchable]);

  const onKeyDown = (event: KeyboardEvent) => {
    const option = all[current];
    if (event.key === 'Enter' || (event.key === ' ' && !isSearchable)) {
      event.preventDefault();
      if (option) choose(option);
      return;
    }
    // In a field, Home and End belong to its text.
    if (isSearchable && (event.key === 'Home' || event.key === 'End')) return;
    const next = nextActive(event.key, current, all.length, PAGE);
    if (next === null) return;
    event.preventDefault();
    setActive(next);
  };
  const optionId = (index: number) => `${id}-${index}`;
  const activeId = all.length > 0 ? optionId(current) : undefined;
  return (
    <div ref={panel} className={css.panel}>
      {isSearchable && (
        <Textfield
          autoFocus
          isCompact
          role="combobox"
          aria-expanded
          aria-autocomplete="list"
          aria-controls={id}
          aria-activedescendant={activeId}
          aria-label={t('facet.search', { name: title })}
          placeholder={t('facet.search', { name: title })}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      )}
      <div
        ref={list}
        id={id}
        role="listbox"
        aria-multiselectable="true"
        aria-label={t('facet.filterBy', { name: title })}
        aria-busy={isWaiting}
        aria-activedescendant={isSearchable ? undefined : activeId}
        tabIndex={isSearchable ? -1 : 0}
        className={css.list}
        onKeyDown={isSearchable ? undefined : onKeyDown}
      >
        {all.map((option, index) => (
          <OptionRow
            key={option.value}
            id={optionId(index)}
            option={option}
            isSelected={option.value ? isChosen(chosen, option.value) : chosen.length === 0}
            isActive={index === current}
            onChoose={() => {
              setActive(index);
              choose(option);
            }}
          />
        ))}
      </div>
      <div role="status">
        <Note props={props} hasOptions={all.length > 0} isWaiting={isWaiting} />
      </div>
    </div>
  );
}
