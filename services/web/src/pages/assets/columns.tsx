import type { Asset } from '../../api/types';
import { href } from '../../host/address';
import { formatAgo, formatDay, formatTime, today } from '../../components/format';
import { PersonChip } from '../../components/Person';
import { StatusLozenge } from '../../components/asset/StatusLozenge';
import type { Column } from '../../components/VirtualGrid';
import css from './ListPage.module.css';

export const assetHref = (id: string, asOfDay: string | null): string =>
  href(['asset', id], { asOf: asOfDay ?? undefined });

export const isOverdue = (asset: Asset, day: string = today()): boolean =>
  asset.status === 'checked_out' && asset.dueOn !== null && asset.dueOn < day;

function Holder({ asset, day }: { asset: Asset; day: string }) {
  if (!asset.holder) return <span className={css.none}>None</span>;
  return (
    <span className={css.holder}>
      <PersonChip person={asset.holder} />
      {asset.dueOn && isOverdue(asset, day) && (
        <span className={css.overdue} title={`Due back ${formatDay(asset.dueOn)}`}>
          Overdue
        </span>
      )}
    </span>
  );
}

const text = (value: string | undefined) => (
  <span title={value} className={value ? undefined : css.none}>
    {value ?? 'None'}
  </span>
);

/** Least important columns leave first when the frame is narrow. */
export function assetColumns(asOfDay: string | null): Column<Asset>[] {
  return [
    {
      key: 'tag',
      title: 'Tag',
      width: '100px',
      sortField: 'tag',
      render: (asset) => (
        <a className={css.tag} href={assetHref(asset.id, asOfDay)} tabIndex={-1}>
          {asset.tag}
        </a>
      ),
    },
    {
      key: 'name',
      title: 'Name',
      width: 'minmax(108px, 2.2fr)',
      sortField: 'name',
      render: (asset) => (
        <span className={css.name} title={asset.attributes.name}>
          {asset.attributes.name}
        </span>
      ),
    },
    {
      key: 'type',
      title: 'Type',
      width: 'minmax(96px, 1fr)',
      sortField: 'type',
      from: 760,
      render: (asset) => text(asset.attributes.type),
    },
    {
      key: 'status',
      title: 'Status',
      width: '104px',
      sortField: 'status',
      render: (asset) => <StatusLozenge status={asset.status} />,
    },
    {
      key: 'holder',
      title: 'Holder',
      width: 'minmax(160px, 1.6fr)',
      from: 560,
      render: (asset) => <Holder asset={asset} day={asOfDay ?? today()} />,
    },
    {
      key: 'location',
      title: 'Location',
      width: 'minmax(110px, 1.2fr)',
      sortField: 'location',
      from: 900,
      render: (asset) => text(asset.attributes.location),
    },
    {
      key: 'updated',
      title: 'Updated',
      width: '116px',
      sortField: 'updated_at',
      from: 1020,
      render: (asset) => (
        <time dateTime={asset.updatedAt} title={formatTime(asset.updatedAt)} className={css.subtle}>
          {formatAgo(asset.updatedAt)}
        </time>
      ),
    },
  ];
}
