import type { ComponentChildren, JSX } from 'preact';

/** One column: its heading, and what a row shows in it. */
export interface Column<Row> {
  readonly key: string;
  readonly header: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly number?: boolean;
}

/** Props of {@link Table}. */
export interface TableProps<Row> {
  readonly caption: string;
  readonly hideCaption?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Shown instead of the table when there are no rows. */
  readonly empty?: ComponentChildren;
}

/** A table that becomes a list of cards on a narrow screen. */
export function Table<Row>(props: TableProps<Row>): JSX.Element {
  const { caption, hideCaption, columns, rows, rowKey, empty } = props;
  if (rows.length === 0 && empty) return <>{empty}</>;
  return (
    <div class="ll-table-scroll">
      <table class="ll-table">
        <caption class={hideCaption ? 'll-visually-hidden' : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" class={column.number ? 'll-cell-number' : undefined}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
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
