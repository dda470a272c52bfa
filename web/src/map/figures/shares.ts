/** A percentage of fewer than so many says more about chance than about the city. */
export const LEAST_BASE = 20;

/** Half of the last digit that is shown: a tenth of a per cent. */
const LEAST = 0.0005;

/** How a figure stands to an earlier one: not known, as it was, by a share of the earlier, or, of a small one, by how many. */
export type Change = { kind: 'unknown' } | { kind: 'same' } | { kind: 'share' | 'count'; by: number };

export function changeOf(now: number, before: number | undefined): Change {
  if (before === undefined) return { kind: 'unknown' };
  if (now === before) return { kind: 'same' };
  if (before < LEAST_BASE) return { kind: 'count', by: now - before };
  const by = (now - before) / before;
  return Math.abs(by) < LEAST ? { kind: 'same' } : { kind: 'share', by };
}

/** A part of a whole that is large enough for a percentage; nothing of a smaller one. */
export const shareOf = (part: number, whole: number): number | undefined =>
  whole >= LEAST_BASE ? part / whole : undefined;
