import Button from '@atlaskit/button/new';
import ChevronDownIcon from '@atlaskit/icon/core/chevron-down';
import { PopupSelect } from '@atlaskit/select';
import { formatCount } from '../../components/format';
import css from './ListPage.module.css';

interface Option {
  label: string;
  value: string;
  count: number | null;
}

const ANY: Option = { label: 'Any', value: '', count: null };
const SEARCH_FROM = 8;

interface Props {
  title: string;
  /** What the button says. */
  text: string;
  options: Option[];
  chosen: string | undefined;
  isLoading: boolean;
  onChange: (value: string | undefined) => void;
}

function OptionLabel({ label, count }: Option) {
  return (
    <span className={css.option}>
      <span className={css.optionName}>{label}</span>
      {count !== null && (
        <span className={css.optionCount}>
          {formatCount(count)}
          <span className="visually-hidden"> assets</span>
        </span>
      )}
    </span>
  );
}

/** The opened list of a filter. Rendered when first asked for, hence open from the start. */
export default function FacetMenu({ title, text, options, chosen, isLoading, onChange }: Props) {
  const selected = options.find((option) => option.value === chosen);
  return (
    <PopupSelect<Option>
      defaultIsOpen
      options={[ANY, ...options]}
      value={selected ?? (chosen ? null : ANY)}
      onChange={(option) => onChange(option?.value || undefined)}
      isLoading={isLoading}
      searchThreshold={SEARCH_FROM}
      minMenuWidth={240}
      maxMenuWidth={320}
      label={`Filter by ${title.toLowerCase()}`}
      placeholder={`Search ${title.toLowerCase()}`}
      formatOptionLabel={OptionLabel}
      target={({ isOpen, ...trigger }) => (
        <Button {...trigger} iconAfter={ChevronDownIcon} isSelected={isOpen || Boolean(chosen)}>
          {text}
        </Button>
      )}
    />
  );
}
