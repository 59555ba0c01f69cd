import type { ReactNode } from 'react';
import type { Asset } from '../../api/model';
import { isOverdue } from '../../components/asset/overdue';
import { StatusLozenge } from '../../components/asset/StatusLozenge';
import { PersonChip } from '../../components/Person';
import type { Column } from '../../components/grid';
import { attributeLabel } from '../../components/words';
import { today } from '../../day';
import { href } from '../../host/address';
import { t } from '../../messages';
import { formatAgo, formatDay, formatTime } from '../../messages/format';
import css from './columns.module.css';

/** Every column there is, in the order in which they stand. */
export const COLUMN_KEYS = [
  'tag',
  'name',
  'type',
  'status',
  'holder',
  'due_on',
  'location',
  'manufacturer',
  'model',
  'serial',
  'updated',
] as const;

export type ColumnKey = (typeof COLUMN_KEYS)[number];

/** The columns of a list for which no others were chosen. */
export const USUAL_COLUMNS: ColumnKey[] = ['tag', 'name', 'type', 'status', 'holder', 'location', 'updated'];

/** What chooses the columns of the list. */
export interface ColumnChoiceProps {
  shown: ColumnKey[];
  onChange: (columns: ColumnKey[]) => void;
}

/** Always there, since it is the link to the asset. */
export const FIXED_COLUMN: ColumnKey = 'tag';

export const assetHref = (id: string, asOfDay: string | null): string =>
  href(['asset', id], { asOf: asOfDay ?? undefined });

/** The title of a column, shorter than the attribute's name where there is little room. */
export function columnTitle(key: ColumnKey): string {
  if (key === 'updated') return t('list.updated');
  return key === 'tag' ? t('list.tag') : attributeLabel(key);
}

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

type Draw = Omit<Column<Asset>, 'key' | 'title'>;

const attribute = (key: ColumnKey, from: number): Draw => ({
  width: 'minmax(96px, 1fr)',
  from,
  render: (asset) => text(asset.attributes[key]),
});

/** How the columns are drawn. The least important leave first when the frame is narrow. */
function drawings(asOfDay: string | null): Record<ColumnKey, Draw> {
  return {
    tag: {
      width: '100px',
      sortField: 'tag',
      render: (asset) => (
        <a className={css.tag} href={assetHref(asset.id, asOfDay)} tabIndex={-1}>
          {asset.tag}
        </a>
      ),
    },
    name: {
      width: 'minmax(108px, 2.2fr)',
      sortField: 'name',
      render: ({ attributes }) => (
        <span className={css.name} title={attributes.name}>
          {attributes.name}
        </span>
      ),
    },
    type: { ...attribute('type', 760), sortField: 'type' },
    status: {
      width: '124px',
      sortField: 'status',
      render: (asset) => <StatusLozenge status={asset.status} />,
    },
    holder: {
      width: 'minmax(160px, 1.6fr)',
      from: 560,
      render: (asset) => <Holder asset={asset} day={asOfDay ?? today()} />,
    },
    due_on: {
      width: '116px',
      from: 620,
      render: ({ dueOn }) => text(dueOn && formatDay(dueOn)),
    },
    location: { ...attribute('location', 900), width: 'minmax(110px, 1.2fr)', sortField: 'location' },
    manufacturer: attribute('manufacturer', 760),
    model: attribute('model', 760),
    serial: attribute('serial', 760),
    updated: {
      width: '124px',
      sortField: 'updated_at',
      from: 1020,
      render: ({ updatedAt }) => (
        <time dateTime={updatedAt} title={formatTime(updatedAt)} className={css.subtle}>
          {formatAgo(updatedAt)}
        </time>
      ),
    },
  };
}

/** The given columns, ready to be drawn. */
export function assetColumns(keys: ColumnKey[], asOfDay: string | null): Column<Asset>[] {
  const all = drawings(asOfDay);
  return keys.map((key) => ({ key, title: columnTitle(key), ...all[key] }));
}
