import type { AssetStatus, Facets, FacetValue } from '../../api/model';
import { Card } from '../../components/Page';
import { t } from '../../messages';
import { formatCount, formatShare } from '../../messages/format';
import { statusLabel } from '../../components/words';
import css from './Summary.module.css';

const STATUSES: AssetStatus[] = ['in_stock', 'checked_out', 'retired'];
const TYPES_SHOWN = 6;

const countOf = (facets: FacetValue[], value: string) =>
  facets.find((facet) => facet.value === value)?.count ?? 0;

const shareOf = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);

interface Props {
  facets: Pick<Facets, 'status' | 'type'>;
  /** Whether the counts are those of the list before, while the next ones load. */
  isStale: boolean;
  onStatus: (status: AssetStatus) => void;
  onType: (type: string) => void;
}

/** One bar of stacked parts; the legend has the same numbers in words. */
function StatusBar({ parts, total }: { parts: { status: AssetStatus; count: number }[]; total: number }) {
  const widths = parts.map((part) => 100 * shareOf(part.count, total));
  return (
    <svg className={css.stack} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      {parts.map((part, index) => (
        <rect
          key={part.status}
          data-status={part.status}
          x={widths.slice(0, index).reduce((sum, width) => sum + width, 0)}
          width={widths[index]}
          height="8"
        />
      ))}
    </svg>
  );
}

function StatusCard({ facets, onStatus }: Pick<Props, 'facets' | 'onStatus'>) {
  const parts = STATUSES.map((status) => ({ status, count: countOf(facets.status, status) }));
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  return (
    <Card title={t('summary.byStatus')} size="small">
      <StatusBar parts={parts} total={total} />
      <ul className={css.legend}>
        {parts.map(({ status, count }) => (
          <li key={status}>
            <button
              type="button"
              className={css.entry}
              onClick={() => onStatus(status)}
              disabled={count === 0}
            >
              <span className={css.dot} data-status={status} aria-hidden="true" />
              <span>{statusLabel(status)}</span>
              <strong>{formatCount(count)}</strong>
              <span className={css.share}>{formatShare(shareOf(count, total))}</span>
            </button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function restText(rest: FacetValue[]): string {
  return t('summary.moreTypes', {
    types: rest.length,
    assets: rest.reduce((sum, type) => sum + type.count, 0),
  });
}

function TypeCard({ facets, onType }: Pick<Props, 'facets' | 'onType'>) {
  const types = facets.type.filter((type) => type.value).sort((a, b) => b.count - a.count);
  const shown = types.slice(0, TYPES_SHOWN);
  const rest = types.slice(TYPES_SHOWN);
  const most = shown[0]?.count ?? 0;
  return (
    <Card title={t('summary.byType')} size="small" note={rest.length > 0 && restText(rest)}>
      <ul className={css.bars}>
        {shown.map(({ value, count }) => (
          <li key={value}>
            <button type="button" className={css.bar} onClick={() => onType(value)}>
              <span className={css.barName}>{value}</span>
              <svg className={css.track} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect width={100 * shareOf(count, most)} height="8" rx="0" />
              </svg>
              <strong>{formatCount(count)}</strong>
            </button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What the list adds up to. Every number is a button that narrows the list to it. */
export function Summary({ facets, isStale, onStatus, onType }: Props) {
  return (
    <div className={css.summary} aria-busy={isStale} data-stale={isStale || undefined}>
      <StatusCard facets={facets} onStatus={onStatus} />
      {facets.type.some((type) => type.value) && <TypeCard facets={facets} onType={onType} />}
    </div>
  );
}
