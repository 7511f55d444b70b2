import { clsx } from 'clsx';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { Fragment, type ReactElement, type ReactNode } from 'react';
import './table.css';

export interface Column<Row> {
  readonly key: string;
  readonly head: ReactNode;
  /** How the rows are ordered by this column; with `onSort` its head is a button. */
  readonly sort?: 'ascending' | 'descending' | 'none';
  readonly onSort?: () => void;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: 'start' | 'end';
  readonly mono?: boolean;
  /** CSS width; the others share what is left. */
  readonly width?: string;
}

/** Rows with a sticky head. `label` names the table for screen readers. */
export function Table<Row>({
  label,
  columns,
  rows,
  rowKey,
  rowClass,
  wrapRow = (_, row) => row,
}: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string | number;
  rowClass?: (row: Row) => string;
  /** Puts something around a row, such as its context menu. */
  wrapRow?: (row: Row, element: ReactElement) => ReactNode;
}) {
  return (
    <table className="ui-table" aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th
              key={column.key}
              scope="col"
              aria-sort={column.sort}
              className={clsx(column.align === 'end' && 'ui-table-end')}
              style={column.width === undefined ? undefined : { width: column.width }}
            >
              {column.onSort === undefined ? (
                column.head
              ) : (
                <button type="button" className="ui-table-sort" onClick={column.onSort}>
                  {column.head}
                  {column.sort === 'ascending' ? <ArrowUp size={11} /> : null}
                  {column.sort === 'descending' ? <ArrowDown size={11} /> : null}
                </button>
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Fragment key={rowKey(row)}>
            {wrapRow(
              row,
              <tr className={rowClass?.(row)}>
                {columns.map((column) => (
                  <td
                    key={column.key}
                    className={clsx(column.align === 'end' && 'ui-table-end', column.mono === true && 'ui-table-mono')}
                  >
                    {column.cell(row)}
                  </td>
                ))}
              </tr>,
            )}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}
