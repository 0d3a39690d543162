// PatternFly's table as plain HTML: on a phone each row becomes a card by itself.
import '@patternfly/react-styles/css/components/Table/table.css';
import '@patternfly/react-styles/css/components/Table/table-grid.css';
import type { ReactNode } from 'react';
import { t } from '../text';
import { type Order, turned } from './order';

export interface Column<Row> {
  title: string;
  cell: (row: Row) => ReactNode;
  isNumber?: boolean;
  sort?: string; // the name that the address has for the order by this column
}

export interface Selection<Row> {
  has: (row: Row) => boolean;
  toggle: (rows: Row[], isOn: boolean) => void;
  nameOf: (row: Row) => string;
}

interface Props<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  order?: Order;
  onOrder?: (sort: string) => void;
  selection?: Selection<Row> | undefined;
}

function Heading<Row>({ column: { title, sort }, order, onOrder }: { column: Column<Row>; order: Order | undefined; onOrder: Props<Row>['onOrder'] }) {
  if (!sort || !order || !onOrder) return <th className="pf-v6-c-table__th" scope="col" role="columnheader">{title}</th>;
  const is = order.by === sort ? (order.isDown ? 'descending' : 'ascending') : 'none';
  return (
    <th className="pf-v6-c-table__th" scope="col" role="columnheader" aria-sort={is}>
      <button type="button" className="lc-sort" onClick={() => onOrder(turned(order, sort))}>
        {title}
        <svg viewBox="0 0 10 12" width="10" height="12" aria-hidden="true">
          <path d="M5 1l3.2 4H1.8z" className={is === 'ascending' ? 'lc-sort-on' : ''} /><path d="M5 11L1.8 7h6.4z" className={is === 'descending' ? 'lc-sort-on' : ''} />
        </svg>
      </button>
    </th>
  );
}

function SelectAll<Row>({ rows, selection }: { rows: Row[]; selection: Selection<Row> }) {
  const count = rows.filter(selection.has).length;
  return (
    <td className="pf-v6-c-table__td lc-check" role="gridcell">
      <input type="checkbox" aria-label={t('select.page')} checked={count === rows.length && count > 0}
        ref={(box) => { if (box) box.indeterminate = count > 0 && count < rows.length; }}
        onChange={(event) => selection.toggle(rows, event.target.checked)} />
    </td>
  );
}

export function Table<Row>({ label, columns, rows, keyOf, order, onOrder, selection }: Props<Row>) {
  return (
    <table className="pf-v6-c-table pf-m-grid-md pf-m-compact lc-table" aria-label={label} role="grid">
      <thead className="pf-v6-c-table__thead">
        <tr className="pf-v6-c-table__tr" role="row">
          {selection && <SelectAll rows={rows} selection={selection} />}
          {columns.map((column) => <Heading key={column.title} column={column} order={order} onOrder={onOrder} />)}
        </tr>
      </thead>
      <tbody className="pf-v6-c-table__tbody" role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} className={`pf-v6-c-table__tr ${selection?.has(row) ? 'lc-selected' : ''}`} role="row">
            {selection && (
              <td className="pf-v6-c-table__td lc-check" role="gridcell">
                <input type="checkbox" aria-label={t('select.one', { name: selection.nameOf(row) })} checked={selection.has(row)}
                  onChange={(event) => selection.toggle([row], event.target.checked)} />
              </td>
            )}
            {columns.map(({ title, cell, isNumber }) => (
              <td key={title} className={`pf-v6-c-table__td ${isNumber ? 'lc-number' : ''}`} data-label={title} role="gridcell">{cell(row)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
