import Button from '@atlaskit/button/default/button';
import ChevronDownIcon from '@atlaskit/icon/core/chevron-down';
import { PopupSelect } from '@atlaskit/select';
import { selectTexts } from '../../components/select-texts';
import { t } from '../../messages';
import { formatCount } from '../../messages/format';
import css from './FacetMenu.module.css';

interface Option {
  label: string;
  value: string;
  count: number | null;
}

/** From how many options on they can be searched. */
const SEARCH_FROM = 8;

interface Props {
  title: string;
  /** The text of the button. */
  text: string;
  options: Option[];
  chosen: string | undefined;
  isLoading: boolean;
  onChange: (value: string | undefined) => void;
}

function OptionLabel({ label, count }: Option) {
  return (
    <span className={css.option}>
      <span className={css.name}>{label}</span>
      {count !== null && (
        <span className={css.count}>
          <span aria-hidden="true">{formatCount(count)}</span>
          <span className="visually-hidden">{t('list.total', { count })}</span>
        </span>
      )}
    </span>
  );
}

/** The opened list of a filter. Rendered when it is first opened, hence open from the start. */
export default function FacetMenu({ title, text, options, chosen, isLoading, onChange }: Props) {
  const any: Option = { label: t('facet.any'), value: '', count: null };
  const selected = options.find((option) => option.value === chosen);
  return (
    <PopupSelect<Option>
      {...selectTexts()}
      defaultIsOpen
      options={[any, ...options]}
      value={selected ?? (chosen ? null : any)}
      onChange={(option) => onChange(option?.value || undefined)}
      isLoading={isLoading}
      searchThreshold={SEARCH_FROM}
      minMenuWidth={240}
      maxMenuWidth={320}
      label={t('facet.filterBy', { name: title })}
      placeholder={t('facet.search', { name: title })}
      noOptionsMessage={() => t('facet.noOptions')}
      formatOptionLabel={OptionLabel}
      target={({ isOpen, ...trigger }) => (
        <Button {...trigger} iconAfter={ChevronDownIcon} isSelected={isOpen || Boolean(chosen)}>
          {text}
        </Button>
      )}
    />
  );
}
