import type { ImportChoices, ImportColumn, ImportPreview } from '../../api/model';
import { useSchema, type Schema } from '../../api/schema';
import { Table, type TableColumn } from '../../components/Table';
import { attributeLabel, ownLabel } from '../../components/words';
import { t } from '../../messages';
import css from './Import.module.css';
import { rowText } from './row-text';

const TAG = 'tag';
/** What stands for an attribute of the column's own. */
const OWN = '-';
/** How many cells of a column are shown. */
const SHOWN_CELLS = 3;

/** What a user chose for columns, as the server takes it: `2:name,5:-`. */
function withField(fields: string | undefined, number: number, field: string): string {
  const pairs = (fields ?? '').split(',').filter((pair) => pair && !pair.startsWith(`${number}:`));
  const others = field === OWN ? pairs : pairs.filter((pair) => !pair.endsWith(`:${field}`));
  return [...others, `${number}:${field}`].join(',');
}

interface FieldProps {
  column: ImportColumn;
  schema: Schema;
  onChoose: (field: string) => void;
}

/** The field of a column; any other can be chosen. */
function FieldChoice({ column, schema, onChoose }: FieldProps) {
  const known = schema.findNamed(column.field);
  const value = column.field === TAG ? TAG : (known?.key ?? OWN);
  return (
    <select
      className={css.fieldChoice}
      aria-label={t('preview.fieldOf', { header: column.header || String(column.number) })}
      value={value}
      onChange={(event) => onChoose(event.currentTarget.value)}
    >
      <option value={OWN}>{t('preview.own', { name: value === OWN ? column.field : column.header })}</option>
      <option value={TAG}>{ownLabel(TAG)}</option>
      {schema.attributes.map((attribute) => (
        <option key={attribute.key} value={attribute.key}>
          {attributeLabel(attribute)}
        </option>
      ))}
    </select>
  );
}

interface Props {
  preview: ImportPreview;
  choices: ImportChoices;
  onChange: (choices: ImportChoices) => void;
}

/** The first cells of the column at this place. */
function firstCells({ sample }: ImportPreview, place: number): string {
  const cells = sample.map((row) => row.cells[place] ?? '').filter(Boolean);
  return cells.slice(0, SHOWN_CELLS).join(' · ');
}

/** How each column is read, with its first cells and what to check about it. */
export function PreviewColumns({ preview, choices, onChange }: Props) {
  const { schema } = useSchema();
  const choose = (number: number) => (field: string) =>
    onChange({ ...choices, fields: withField(choices.fields, number, field) });
  const columns: TableColumn<ImportColumn>[] = [
    {
      title: t('import.columnInFile'),
      render: ({ header, number }) => header || t('preview.nameless', { number }),
    },
    {
      title: t('import.field'),
      render: (column) => <FieldChoice column={column} schema={schema} onChoose={choose(column.number)} />,
    },
    {
      title: t('preview.cells'),
      render: (column) => firstCells(preview, preview.columns.indexOf(column)),
    },
    { title: t('row.finding'), render: (column) => rowText(column) },
  ];
  return (
    <Table
      label={t('preview.columns')}
      columns={columns}
      rows={preview.columns}
      rowKey={({ number }) => String(number)}
    />
  );
}
