/** A level of regions below the city. */
export type Level = 'county' | 'street' | 'community' | 'grid';

/** The layer of a region's level, by the zeros behind its code; nothing for the city. */
export function levelOf(code: number): Level | null {
  if (code % 1_000 !== 0) return 'grid';
  if (code % 1_000_000 !== 0) return 'community';
  if (code % 1_000_000_000 !== 0) return 'street';
  if (code % 100_000_000_000 !== 0) return 'county';
  return null;
}

const UNITS = [1_000, 1_000_000, 1_000_000_000, 100_000_000_000] as const;

/** The region one level up: a code with more zeros behind it; the city's own for the city. */
export function parentOf(code: number): number {
  const unit = UNITS.find((unit) => code % unit !== 0);
  return unit === undefined ? code : Math.floor(code / unit) * unit;
}

/** Whether a record of a region lies within another. */
export function liesWithin(region: number, code: number): boolean {
  const level = levelOf(code);
  const unit = { grid: 1, community: UNITS[0], street: UNITS[1], county: UNITS[2], city: UNITS[3] }[level ?? 'city'];
  return Math.floor(region / unit) === Math.floor(code / unit);
}
