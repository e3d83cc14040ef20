import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

/** One column: its heading, and what a row shows in it. */
export interface Column<Row> {
  readonly key: string;
  readonly header: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly number?: boolean;
  /** What to sort by when the heading is pressed; without it the column does not sort. */
  readonly sortBy?: (row: Row) => string | number;
}

/** Props of {@link Table}. */
export interface TableProps<Row> {
  readonly caption: string;
  readonly hideCaption?: boolean;
  readonly columns: readonly Column<Row>[];
  /** In the order to show them in while nobody has pressed a heading. */
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Shown instead of the table when there are no rows. */
  readonly empty?: ComponentChildren;
}

interface Sorting {
  readonly key: string;
  readonly direction: 'ascending' | 'descending';
}

/** Rows in the order of one column; texts as people sort them, numbers by size. Equal rows keep their order. */
export function sortRows<Row>(
  rows: readonly Row[],
  sortBy: (row: Row) => string | number,
  direction: Sorting['direction'],
): Row[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return rows.toSorted((one, other) => {
    const a = sortBy(one);
    const b = sortBy(other);
    if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
    return sign * String(a).localeCompare(String(b), undefined, { numeric: true });
  });
}

/** A table that becomes a list of cards on a narrow screen. */
export function Table<Row>(props: TableProps<Row>): JSX.Element {
  const { caption, hideCaption, columns, rows, rowKey, empty } = props;
  const [sorting, setSorting] = useState<Sorting>();
  if (rows.length === 0 && empty) return <>{empty}</>;
  const sortBy = columns.find((column) => column.key === sorting?.key)?.sortBy;
  const shown = sorting && sortBy ? sortRows(rows, sortBy, sorting.direction) : rows;
  const press = (key: string) =>
    setSorting((old) => ({
      key,
      direction: old?.key === key && old.direction === 'ascending' ? 'descending' : 'ascending',
    }));
  return (
    <div class="ll-table-scroll">
      <table class="ll-table">
        <caption class={hideCaption ? 'll-visually-hidden' : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => {
              const sorted = sorting?.key === column.key ? sorting.direction : undefined;
              return (
                <th
                  key={column.key}
                  scope="col"
                  class={column.number ? 'll-cell-number' : undefined}
                  aria-sort={sorted}
                >
                  {column.sortBy ? (
                    <button type="button" class="ll-sort" onClick={() => press(column.key)}>
                      {column.header}
                      <Icon name={sorted === 'descending' ? 'down' : sorted ? 'up' : 'sort'} />
                    </button>
                  ) : (
                    column.header
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <td
                  key={column.key}
                  data-label={column.header === '' ? undefined : column.header}
                  class={column.number ? 'll-cell-number' : undefined}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
