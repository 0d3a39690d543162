// PatternFly's table as plain HTML: on a phone each row becomes a card by itself.
import '@patternfly/react-styles/css/components/Table/table.css';
import '@patternfly/react-styles/css/components/Table/table-grid.css';
import type { ReactNode } from 'react';

export interface Column<Row> {
  title: string;
  cell: (row: Row) => ReactNode;
  isNumber?: boolean;
}

interface Props<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
}

export function Table<Row>({ label, columns, rows, keyOf }: Props<Row>) {
  return (
    <table className="pf-v6-c-table pf-m-grid-md pf-m-compact lc-table" aria-label={label} role="grid">
      <thead className="pf-v6-c-table__thead">
        <tr className="pf-v6-c-table__tr" role="row">
          {columns.map(({ title }) => <th key={title} className="pf-v6-c-table__th" scope="col" role="columnheader">{title}</th>)}
        </tr>
      </thead>
      <tbody className="pf-v6-c-table__tbody" role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} className="pf-v6-c-table__tr" role="row">
            {columns.map(({ title, cell, isNumber }) => (
              <td key={title} className={`pf-v6-c-table__td ${isNumber ? 'lc-number' : ''}`} data-label={title} role="gridcell">{cell(row)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
