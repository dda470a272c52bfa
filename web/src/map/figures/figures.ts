import type { CaseChild, RegionMeasures } from '../../api/client';
import { declared, type Title } from '../../api/declared';
import { type ScaleName, scaleNames } from '../../theme';
import { classBounds, type Method } from './classes';

/** What is known of a region: from the archives, and of its cases. */
export interface Known {
  measures?: RegionMeasures | undefined;
  cases?: CaseChild | undefined;
  /** What the page itself has counted there: open emergencies, reports of a night. */
  counted?: number | undefined;
}

/** How a figure is read: a count, a density or a mean, a share of one. */
export type Unit = 'count' | 'rate' | 'share';

/** A sum that an answer tells of each region: where it stands there, and what it is multiplied by. */
export interface Term {
  from: 'measures' | 'cases' | 'counted';
  path: string;
  times: number;
}

/** A figure that colours regions. A ratio is of sums: nothing over nothing is no figure, and is left grey. */
export interface Figure {
  key: string;
  title: Title;
  unit: Title;
  kind: Unit;
  scale: ScaleName;
  numerator: Term;
  /** What the figure is divided by. */
  denominator: Term | null;
  isOfPeople: boolean;
  /** Of what happened within a period, and not of what stands now. */
  isOfPeriod: boolean;
}

const NONE: Figure = {
  key: '',
  title: { zh: '', en: '' },
  unit: { zh: '', en: '' },
  kind: 'count',
  scale: 'sea',
  numerator: { from: 'counted', path: '', times: 1 },
  denominator: null,
  isOfPeople: false,
  isOfPeriod: false,
};

const KINDS: readonly Unit[] = ['count', 'rate', 'share'];
const SOURCES = ['measures', 'cases'] as const;
const termOf = ({ from, path, times }: { from: string; path: string; times: number }): Term => ({
  from: SOURCES.find((source) => source === from) ?? 'counted',
  path,
  times,
});

/** The figures that the reader's modules declare, in their order. */
export const figures = (): readonly Figure[] =>
  declared().figures.map(({ key, title, unit, kind, scale, numerator, denominator, of_people, of_period }) => ({
    key,
    title,
    unit,
    kind: KINDS.find((known) => known === kind) ?? 'count',
    scale: scaleNames.find((known) => known === scale) ?? 'sea',
    numerator: termOf(numerator),
    denominator: denominator ? termOf(denominator) : null,
    isOfPeople: of_people,
    isOfPeriod: of_period,
  }));

export const figureOf = (key: string | null | undefined): Figure => {
  const all = figures();
  return all.find((figure) => figure.key === key) ?? all[0] ?? NONE;
};

/** Whether a figure is counted of cases; all others come from the archives alone. */
export const isOfCases = ({ numerator, denominator }: Figure): boolean =>
  numerator.from === 'cases' || denominator?.from === 'cases';

/** Whether an answer tells how many people there are: the server decides it, and a page asks no permission by its name. */
export const tellsPeople = (answer: { regions: readonly RegionMeasures[] } | undefined): boolean =>
  answer?.regions.some(({ people }) => people != null) ?? false;

/** Whether the permissions let a figure be seen; totals of people are the server's to give to whoever reads the map. */
export function maySee(figure: Figure, permissions: readonly string[]): boolean {
  return !figure.isOfPeople || permissions.includes('map.read');
}

/** A figure in place of one that may not be seen; everybody sees how many cases are open. */
export const seenFigure = (key: string, permissions: readonly string[]): string =>
  maySee(figureOf(key), permissions) ? key : 'open';

function valueAt({ from, path, times }: Term, known: Known): number | undefined {
  if (from === 'counted') return known.counted;
  let value: unknown = known[from];
  for (const step of path.split('.'))
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined;
  return typeof value === 'number' ? value * times : undefined;
}

/** A region's figure; nothing where it has none. */
export function valueOf({ numerator, denominator }: Figure, known: Known): number | undefined {
  const value = valueAt(numerator, known);
  if (value === undefined || !denominator) return value;
  const by = valueAt(denominator, known);
  return by ? value / by : undefined;
}

/** A figure as people read it: shares as per cent, rates with the digits they need, and some more where asked for. */
export function sayValue(
  figure: Figure,
  value: number | undefined,
  number: (value: number, digits?: number) => string,
  more = 0,
): string {
  if (value === undefined) return '—';
  if (figure.kind === 'share') return `${number(value * 100, 2 + more)}%`;
  if (figure.kind === 'count') return number(value);
  return number(value, (value < 10 ? 2 : value < 1000 ? 1 : 0) + more);
}

/** The bounds of a figure's classes; those of a count are whole numbers, as its values are. */
export const boundsOf = (
  figure: Figure,
  values: readonly number[],
  classes: number,
  method: Method,
  own: readonly number[] = [],
): number[] => classBounds(values, classes, method, { own, whole: figure.kind === 'count' });

const MORE_DIGITS = [0, 1, 2, 3, 4];

/** The classes in words, from the least to the greatest. A value on a bound is of the lower class: counts go on with the next number, others are above it. */
export function classNames(
  figure: Figure,
  bounds: readonly number[],
  least: number,
  most: number,
  number: (value: number, digits?: number) => string,
): string[] {
  const edges = [...new Set([least, ...bounds, most])];
  // Bounds that differ have to be told apart.
  const more = MORE_DIGITS.find(
    (digits) => new Set(edges.map((edge) => sayValue(figure, edge, number, digits))).size === edges.length,
  );
  const say = (value: number) => sayValue(figure, value, number, more);
  return [...bounds, most].map((to, at) => {
    const below = bounds[at - 1];
    if (below !== undefined && figure.kind !== 'count')
      return say(below) === say(to) ? `> ${say(below)}` : `> ${say(below)} – ${say(to)}`;
    const from = below === undefined ? least : below + 1;
    return say(from) === say(to) ? say(to) : `${say(from)} – ${say(to)}`;
  });
}
