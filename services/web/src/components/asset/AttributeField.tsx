import type { Attribute } from '../../api/model';
import { useFacets, valuesIn } from '../../api/queries';
import { DayField } from '../DayField';
import { TextInput } from '../TextInput';

interface Props {
  /** What the schema says of it; undefined for one that the schema lacks. */
  attribute: Attribute | undefined;
  label: string;
  value: string;
  onChange: (value: string) => void;
  error: string | null;
  hint?: string;
}

/** A text field that proposes values already in use, so that spellings stay the same. */
function SuggestingField({ name, ...field }: Omit<Props, 'attribute'> & { name: string }) {
  const facets = useFacets({});
  const values = valuesIn(facets.data, name).map(({ value }) => value);
  return <TextInput {...field} suggestions={values} />;
}

/** The field for a value of an attribute, by what its values are. */
export function AttributeField({ attribute, ...field }: Props) {
  const isRequired = attribute?.required ?? false;
  if (attribute?.facet) return <SuggestingField name={attribute.key} {...field} />;
  switch (attribute?.kind) {
    case 'date':
      return <DayField {...field} isRequired={isRequired} />;
    case 'long_text':
      return <TextInput {...field} isRequired={isRequired} isLong />;
    case 'text':
    case 'price':
    case undefined:
      return <TextInput {...field} isRequired={isRequired} />;
  }
}
