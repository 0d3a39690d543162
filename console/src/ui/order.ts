// The order of a list, as the address keeps it: `sort=ends` upwards, `sort=-ends` downwards, nothing: as the service lists.
export interface Order {
  by: string;
  isDown: boolean;
}

export function orderOf(query: URLSearchParams): Order {
  const text = query.get('sort') ?? '';
  return { by: text.replace(/^-/, ''), isDown: text.startsWith('-') };
}

const collator = new Intl.Collator(undefined, { numeric: true });

// What `sort` becomes when the heading of a column is pressed: upwards, downwards, and then as the service lists again.
export const turned = ({ by, isDown }: Order, column: string): string =>
  by !== column ? column : isDown ? '' : `-${column}`;

export type Keys<Row> = Record<string, (row: Row) => string | number>;

// Rows with the same key keep their order. An unknown name of a column changes nothing. Numbers that are missing (NaN)
// come last, upwards and downwards.
export function sorted<Row>(rows: readonly Row[], { by, isDown }: Order, keys: Keys<Row>): Row[] {
  const keyOf = Object.hasOwn(keys, by) ? keys[by] : undefined;
  if (!keyOf) return [...rows];
  const sign = isDown ? -1 : 1;
  const compare = (a: string | number, b: string | number): number => {
    if (typeof a === 'string' || typeof b === 'string') return sign * collator.compare(String(a), String(b));
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    return sign * (a - b);
  };
  return rows.map((row) => ({ row, key: keyOf(row) })).sort((a, b) => compare(a.key, b.key)).map(({ row }) => row);
}
