/** How values are put into classes. */
export type Method = 'quantile' | 'natural' | 'equal' | 'own';
export const methods: readonly Method[] = ['quantile', 'natural', 'equal', 'own'];

/** The upper bounds of all classes but the last, rising; fewer than asked for where the values are too much alike. */
export function breaks(
  values: readonly number[],
  classes: number,
  method: Method,
  own: readonly number[] = [],
): number[] {
  const sorted = values.filter(Number.isFinite).toSorted((a, b) => a - b);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined || least === most) return [];
  const count = Math.max(2, Math.min(classes, new Set(sorted).size));
  const found =
    method === 'own'
      ? own.filter((bound) => bound > least && bound < most)
      : method === 'equal'
        ? Array.from({ length: count - 1 }, (_, at) => least + ((most - least) * (at + 1)) / count)
        : method === 'quantile'
          ? Array.from({ length: count - 1 }, (_, at) => quantile(sorted, (at + 1) / count))
          : natural(sorted, count);
  const bounds = [...new Set(found)].toSorted((a, b) => a - b).filter((bound) => bound < most);
  // Two quantiles between the same two values leave a class without any.
  return method === 'quantile'
    ? bounds.filter((bound, at) => sorted.some((value) => value <= bound && value > (bounds[at - 1] ?? -Infinity)))
    : bounds;
}

/** The bounds that whole numbers know: those between the same two numbers are one. */
export const wholeBounds = (bounds: readonly number[]): number[] => [...new Set(bounds.map(Math.floor))];

/**
 * The bounds of a map's classes. Nothing is a class of its own and the rest is classed by itself: where most regions have
 * nothing, all that differs would otherwise fall into one class. Few different values are a class each, and quantiles that
 * fall together make way for natural breaks. Equal intervals and own bounds stay as they were asked for.
 */
export function classBounds(
  values: readonly number[],
  classes: number,
  method: Method,
  { own = [], whole = false }: { own?: readonly number[]; whole?: boolean } = {},
): number[] {
  const known = values.filter(Number.isFinite);
  if (method === 'own' || method === 'equal') {
    const found = breaks(known, classes, method, own);
    return whole ? wholeBounds(found) : found;
  }
  const rest = known.filter((value) => value !== 0);
  const apart = rest.length > 0 && rest.length < known.length && rest.every((value) => value > 0);
  return apart ? [0, ...restBounds(rest, classes - 1, method, whole)] : restBounds(known, classes, method, whole);
}

function restBounds(
  values: readonly number[],
  classes: number,
  method: 'quantile' | 'natural',
  whole: boolean,
): number[] {
  const distinct = [...new Set(values)].toSorted((a, b) => a - b);
  if (classes <= 1 || distinct.length <= 1) return [];
  if (whole && distinct.length <= classes) return distinct.slice(0, -1);
  const by = (wanted: 'quantile' | 'natural') => {
    const found = breaks(values, classes, wanted);
    return whole ? wholeBounds(found) : found;
  };
  const found = by(method);
  if (method === 'natural' || found.length + 1 >= Math.min(classes, distinct.length)) return found;
  const natural = by('natural');
  return natural.length > found.length ? natural : found;
}

/** How many classes the values have of those that were asked for; nothing when they have all. */
export const fewerClasses = (bounds: readonly number[], asked: number): number | null =>
  bounds.length + 1 < asked ? bounds.length + 1 : null;

function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return low + (high - low) * (at - Math.floor(at));
}

/** More values than this are thinned evenly first: the classes hardly change, the work grows with the square. */
const MOST = 600;

/** Natural breaks (Jenks, by Fisher's dynamic programme): the least variance within classes. */
function natural(all: readonly number[], classes: number): number[] {
  const step = Math.max(1, all.length / MOST);
  const sorted = Array.from(
    { length: Math.min(all.length, MOST) },
    (_, at) => all[Math.min(all.length - 1, Math.floor(at * step))] ?? 0,
  );
  const n = sorted.length;
  const [sums, squares] = [[0], [0]];
  for (const value of sorted) {
    sums.push((sums.at(-1) ?? 0) + value);
    squares.push((squares.at(-1) ?? 0) + value * value);
  }
  const spread = (from: number, to: number) => {
    const sum = (sums[to] ?? 0) - (sums[from] ?? 0);
    return (squares[to] ?? 0) - (squares[from] ?? 0) - (sum * sum) / (to - from);
  };
  let best = Array.from({ length: n + 1 }, (_, to) => (to === 0 ? 0 : spread(0, to)));
  const cuts: number[][] = [];
  for (let k = 2; k <= classes; k += 1) {
    const next = new Array<number>(n + 1).fill(Infinity);
    const cut = new Array<number>(n + 1).fill(0);
    for (let to = k; to <= n; to += 1) {
      for (let from = k - 1; from < to; from += 1) {
        const cost = (best[from] ?? Infinity) + spread(from, to);
        if (cost < (next[to] ?? Infinity)) [next[to], cut[to]] = [cost, from];
      }
    }
    best = next;
    cuts.push(cut);
  }
  const bounds: number[] = [];
  let to = n;
  for (let k = cuts.length - 1; k >= 0; k -= 1) {
    to = cuts[k]?.[to] ?? 0;
    if (to > 0) bounds.push(sorted[to - 1] ?? 0);
  }
  return bounds;
}

/** The class of a value: the first whose bound it doesn't pass. */
export function classOf(value: number, bounds: readonly number[]): number {
  const at = bounds.findIndex((bound) => value <= bound);
  return at === -1 ? bounds.length : at;
}

/** So many shades of a scale, from its one end to the other. */
export function shades(scale: readonly string[], count: number): string[] {
  if (count <= 1) return [scale[Math.floor(scale.length / 2)] ?? ''];
  return Array.from({ length: count }, (_, at) => mix(scale, (at / (count - 1)) * (scale.length - 1)));
}

function mix(scale: readonly string[], at: number): string {
  const [from, to] = [scale[Math.floor(at)] ?? '', scale[Math.ceil(at)] ?? ''];
  const share = at - Math.floor(at);
  const part = (colour: string, index: number) => parseInt(colour.slice(1 + index * 2, 3 + index * 2), 16);
  return `#${[0, 1, 2]
    .map((index) =>
      Math.round(part(from, index) * (1 - share) + part(to, index) * share)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
