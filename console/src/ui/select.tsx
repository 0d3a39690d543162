// Which rows of a list are selected, on whatever page of it they stand.
import { useState } from 'react';
import type { ReactNode } from 'react';
import { t } from '../text';
import { Button } from './kit';
import type { Selection } from './table';

export interface Selected<Row> extends Selection<Row> {
  rows: Row[];
  clear: () => void;
}

// `place` is the address with its filters: another one selects nothing. Rows are known by their key, so that what is
// selected is as new as the list.
export function useSelection<Row>(place: string, list: readonly Row[], keyOf: (row: Row) => string, nameOf: (row: Row) => string): Selected<Row> {
  const [chosen, setChosen] = useState<{ place: string; rows: Map<string, Row> }>({ place, rows: new Map() });
  const rows = chosen.place === place ? chosen.rows : new Map<string, Row>();
  const newest = new Map(list.map((row) => [keyOf(row), row]));
  const toggle = (changed: Row[], isOn: boolean) => {
    const next = new Map(rows);
    for (const row of changed) {
      if (isOn) next.set(keyOf(row), row);
      else next.delete(keyOf(row));
    }
    setChosen({ place, rows: next });
  };
  return {
    has: (row) => rows.has(keyOf(row)), toggle, nameOf, clear: () => setChosen({ place, rows: new Map() }),
    rows: [...rows].map(([key, row]) => newest.get(key) ?? row),
  };
}

interface Props<Row> {
  selection: Selected<Row>;
  all: Row[]; // those that fit the filters and are known here
  children: ReactNode;
}

// What can be done with the selected rows. On a phone it also selects, because the heading of the table is not shown there.
export function SelectionBar<Row>({ selection, all, children }: Props<Row>) {
  const { rows, toggle, clear } = selection;
  if (all.length === 0) return null;
  return (
    <div className={`lc-selection ${rows.length > 0 ? '' : 'lc-phone-only'}`} role="group" aria-label={t('select')}>
      <span aria-live="polite">{t('select.count', { n: rows.length })}</span>
      {rows.length < all.length && <Button variant="link" isInline onClick={() => toggle(all, true)}>{t('select.all', { n: all.length })}</Button>}
      {rows.length > 0 && <Button variant="link" isInline onClick={clear}>{t('select.none')}</Button>}
      {rows.length > 0 && children}
    </div>
  );
}
