import type { ReactNode } from 'react';
import type { Asset, Attribute } from '../../api/model';
import { NAME, type Schema } from '../../api/schema';
import { isOverdue } from '../../components/asset/overdue';
import { StatusLozenge } from '../../components/asset/StatusLozenge';
import { PersonChip } from '../../components/Person';
import type { Column } from '../../components/grid';
import { attributeLabel, ownLabel } from '../../components/words';
import { today } from '../../day';
import { hostHref, href } from '../../host/address';
import { t } from '../../messages';
import { formatAgo, formatDay, formatTime } from '../../messages/format';
import css from './columns.module.css';

type Draw = Omit<Column<Asset>, 'key' | 'title'>;

/** A column that the list can have. */
export interface ListColumn {
  /** What names it in the address. */
  key: string;
  title: string;
  /** Whether the list has it while no columns are chosen. */
  isUsual: boolean;
  /** Whether it shows an attribute of this register alone. */
  isFree: boolean;
  draw: (asOfDay: string | null) => Draw;
}

/** What chooses the columns of the list. */
export interface ColumnChoiceProps {
  columns: ListColumn[];
  shown: ListColumn[];
  onChange: (keys: string[]) => void;
}

/** Always there, since it is the link to the asset. */
export const FIXED_COLUMN = 'tag';

export const assetHref = (id: string, asOfDay: string | null): string =>
  href(['asset', id], { asOf: asOfDay ?? undefined });

function Holder({ asset, day }: { asset: Asset; day: string }) {
  if (!asset.holder) return <span className={css.none}>{t('list.noHolder')}</span>;
  return (
    <span className={css.holder}>
      <PersonChip person={asset.holder} />
      {asset.dueOn && isOverdue(asset, day) && (
        <span className={css.overdue} title={t('list.dueBack', { day: formatDay(asset.dueOn) })}>
          {t('list.overdue')}
        </span>
      )}
    </span>
  );
}

const text = (value: string | undefined | null): ReactNode => (
  <span title={value ?? undefined} className={value ? undefined : css.none}>
    {value ?? t('list.none')}
  </span>
);

type OwnColumn = (typeof OWN_COLUMNS)[number];

/** The columns that show no attribute. */
const OWN_COLUMNS = ['tag', 'status', 'holder', 'due_on', 'updated'] as const;

const drawTag = (asOfDay: string | null): Draw => ({
  width: 'minmax(84px, 0.7fr)',
  sortField: 'tag',
  render: (asset) => (
    // A plain click is the row's, which opens the asset; any other is the browser's.
    <a
      className={css.tag}
      href={hostHref(assetHref(asset.id, asOfDay))}
      title={asset.tag}
      tabIndex={-1}
      data-opens-row
    >
      {asset.tag}
    </a>
  ),
});

const drawHolder = (asOfDay: string | null): Draw => ({
  width: 'minmax(160px, 1.6fr)',
  from: 560,
  folds: { hasValue: ({ holder }) => holder !== null },
  render: (asset) => <Holder asset={asset} day={asOfDay ?? today()} />,
});

const drawStatus = (): Draw => ({
  width: 'minmax(108px, 0.8fr)',
  sortField: 'status',
  render: (asset) => <StatusLozenge status={asset.status} />,
});

const drawDueDay = (): Draw => ({
  width: 'minmax(104px, 0.8fr)',
  from: 620,
  folds: { hasValue: ({ dueOn }) => dueOn !== null },
  render: ({ dueOn }) => text(dueOn && formatDay(dueOn)),
});

const drawUpdated = (): Draw => ({
  width: 'minmax(108px, 0.8fr)',
  sortField: 'updated_at',
  from: 1020,
  render: ({ updatedAt }) => (
    <time dateTime={updatedAt} title={formatTime(updatedAt)} className={css.subtle}>
      {formatAgo(updatedAt)}
    </time>
  ),
});

const drawName = (): Draw => ({
  width: 'minmax(108px, 2.2fr)',
  sortField: NAME,
  render: ({ attributes }) => (
    <span className={css.name} title={attributes[NAME]}>
      {attributes[NAME]}
    </span>
  ),
});

/** The least important columns leave first when the frame is narrow. */
const drawAttribute = ({ key, kind, sortable }: Attribute) => {
  const inWords = (value: string | undefined) => (value && kind === 'date' ? formatDay(value) : value);
  return (): Draw => ({
    width: 'minmax(96px, 1fr)',
    from: 760,
    folds: { hasValue: ({ attributes }) => Boolean(attributes[key]) },
    sortField: sortable ? key : undefined,
    render: ({ attributes }) => text(inWords(attributes[key])),
  });
};

function ownColumn(key: OwnColumn, title: string, draw: ListColumn['draw'], isUsual = true): ListColumn {
  return { key, title, isUsual, isFree: false, draw };
}

/** An attribute is called like a column of another kind only if it is free. */
const columnKey = (key: string): string =>
  (OWN_COLUMNS as readonly string[]).includes(key) ? `attribute.${key}` : key;

const attributeColumn = (attribute: Attribute): ListColumn => ({
  key: columnKey(attribute.key),
  title: attributeLabel(attribute),
  isUsual: attribute.sortable,
  isFree: !attribute.builtIn,
  draw: attribute.key === NAME ? drawName : drawAttribute(attribute),
});

/** The name is a column even while the schema is not known. */
const nameColumn = (): ListColumn => ({
  key: NAME,
  title: t('attribute.name'),
  isUsual: true,
  isFree: false,
  draw: drawName,
});

/**
 * Every column there is, in the order in which they stand: the attributes by which a list can be
 * ordered come first and are shown unless others are chosen.
 */
export function listColumns(schema: Schema): ListColumn[] {
  const attributes = schema.attributes.map(attributeColumn);
  return [
    ownColumn('tag', t('list.tag'), drawTag),
    ...(schema.find(NAME) ? [] : [nameColumn()]),
    ...attributes.filter(({ isUsual }) => isUsual),
    ownColumn('status', ownLabel('status'), drawStatus),
    ownColumn('holder', ownLabel('holder'), drawHolder),
    ownColumn('due_on', ownLabel('due_on'), drawDueDay, false),
    ...attributes.filter(({ isUsual }) => !isUsual),
    ownColumn('updated', t('list.updated'), drawUpdated),
  ];
}

/** The chosen columns; the usual ones when none are chosen, or none that there are. */
export function shownColumns(columns: ListColumn[], chosen: string[] | null): ListColumn[] {
  const found = columns.filter(({ key }) => chosen?.includes(key));
  return found.length > 0 ? found : columns.filter(({ isUsual }) => isUsual);
}

/** The given columns, ready to be drawn. */
export function assetColumns(columns: ListColumn[], asOfDay: string | null): Column<Asset>[] {
  return columns.map(({ key, title, draw }) => ({ key, title, ...draw(asOfDay) }));
}
