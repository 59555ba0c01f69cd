import ArrowDownIcon from '@atlaskit/icon/core/arrow-down';
import ArrowUpIcon from '@atlaskit/icon/core/arrow-up';
import type { Column, Sort } from './grid';
import css from './VirtualGrid.module.css';

interface Props<T> {
  columns: Column<T>[];
  /** Columns whose values stand in the second line of a row. */
  folded: Column<T>[];
  template: string;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
}

const direction = (sort: Sort | undefined, field: string | undefined) => {
  if (!sort || !field || sort.field !== field) return undefined;
  return sort.descending ? 'descending' : 'ascending';
};

/**
 * Column titles; the sortable ones are buttons that sort, and sort the other way when pressed
 * again.
 */
export function GridHeader<T>({ columns, folded, template, sort, onSort }: Props<T>) {
  return (
    <div role="rowgroup" className={css.header}>
      <div role="row" aria-rowindex={1} className={css.headerRow} style={{ gridTemplateColumns: template }}>
        {columns.map(({ key, title, sortField }) => {
          const sorted = direction(sort, sortField);
          return (
            <div key={key} role="columnheader" aria-sort={sorted} className={css.headerCell}>
              {sortField && onSort ? (
                <button
                  type="button"
                  className={css.sort}
                  data-sorted={sorted}
                  onClick={() => onSort({ field: sortField, descending: sorted === 'ascending' })}
                >
                  {title}
                  <span className={css.arrow}>
                    {sorted === 'descending' ? (
                      <ArrowDownIcon label="" size="small" color="currentColor" />
                    ) : (
                      <ArrowUpIcon label="" size="small" color="currentColor" />
                    )}
                  </span>
                </button>
              ) : (
                title
              )}
            </div>
          );
        })}
        {folded.map(({ key, title }) => (
          <div key={key} role="columnheader" className="visually-hidden">
            {title}
          </div>
        ))}
      </div>
    </div>
  );
}
