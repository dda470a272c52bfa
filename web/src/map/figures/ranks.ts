/** A row with its place in an order. */
export interface Placed<Row> {
  row: Row;
  value: number;
  /** From 1; equal values share a place, and what has nothing has none. */
  place: number | null;
}

/** So many places stand out. */
const MEDALS = 3;

/** Rows from the greatest value to the least, of equal ones in the order in which they come. Values are equal that are written alike. */
export function placesOf<Row>(
  rows: readonly Row[],
  value: (row: Row) => number | undefined,
  written: (value: number) => string = String,
): Placed<Row>[] {
  const known = rows.flatMap((row) => {
    const of = value(row);
    return of === undefined ? [] : [{ row, value: of }];
  });
  const sorted = known.toSorted((a, b) => b.value - a.value);
  let place = 0;
  let before: string | undefined;
  return sorted.map((one, at) => {
    const text = written(one.value);
    if (text !== before) place = at + 1;
    before = text;
    return { ...one, place: one.value === 0 ? null : place };
  });
}

/** Whether a place stands out. */
export const isMedal = (place: number | null): boolean => place !== null && place <= MEDALS;
