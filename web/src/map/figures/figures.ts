import type { CaseChild, RegionMeasures } from '../../api/client';
import type { TextKey } from '../../i18n';
import type { ScaleName } from '../../theme';
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

/** A figure that colours regions. A ratio is of sums: nothing over nothing is no figure, and is left grey. */
export interface Figure {
  key: string;
  title: TextKey;
  unit: TextKey;
  kind: Unit;
  scale: ScaleName;
  of: (known: Known) => number | undefined;
  /** What the figure is divided by, in the same way. */
  per?: (known: Known) => number | undefined;
}

const KM2 = 1e6;

export const figures: readonly Figure[] = [
  { key: 'density', title: 'figDensity', unit: 'unitPerKm2', kind: 'rate', scale: 'sea', of: (k) => k.measures?.people?.total, per: (k) => k.measures && k.measures.area_m2 / KM2 },
  { key: 'people', title: 'figPeople', unit: 'unitPeople', kind: 'count', scale: 'sea', of: (k) => k.measures?.people?.total },
  { key: 'households', title: 'figHouseholds', unit: 'unitHouseholds', kind: 'count', scale: 'sea', of: (k) => k.measures?.people?.households },
  { key: 'elderly', title: 'figElderly', unit: 'unitShare', kind: 'share', scale: 'plum', of: (k) => k.measures?.people?.elderly, per: (k) => k.measures?.people?.total },
  { key: 'children', title: 'figChildren', unit: 'unitShare', kind: 'share', scale: 'moss', of: (k) => k.measures?.people?.children, per: (k) => k.measures?.people?.total },
  { key: 'migrants', title: 'figMigrants', unit: 'unitShare', kind: 'share', scale: 'plum', of: (k) => k.measures?.people?.migrants, per: (k) => k.measures?.people?.total },
  { key: 'reported', title: 'figReported', unit: 'unitCases', kind: 'count', scale: 'ember', of: (k) => k.cases?.reported },
  { key: 'perThousand', title: 'figPerThousand', unit: 'unitPerThousand', kind: 'rate', scale: 'ember', of: (k) => k.cases && k.cases.reported * 1000, per: (k) => k.measures?.people?.total },
  { key: 'open', title: 'figOpen', unit: 'unitCases', kind: 'count', scale: 'ember', of: (k) => k.cases?.open },
  { key: 'overdue', title: 'figOverdue', unit: 'unitCases', kind: 'count', scale: 'ember', of: (k) => k.cases?.overdue },
  { key: 'onTime', title: 'figOnTime', unit: 'unitShare', kind: 'share', scale: 'moss', of: (k) => k.cases?.on_time.numerator, per: (k) => k.cases?.on_time.denominator },
  { key: 'buildings', title: 'figBuildings', unit: 'unitBuildings', kind: 'count', scale: 'sea', of: (k) => k.measures?.buildings },
  { key: 'floorArea', title: 'figFloorArea', unit: 'unitRatio', kind: 'rate', scale: 'plum', of: (k) => k.measures?.floor_area_m2, per: (k) => k.measures?.area_m2 },
  { key: 'organisations', title: 'figOrganisations', unit: 'unitOrganisations', kind: 'count', scale: 'moss', of: (k) => k.measures?.organisations },
];

export const figureOf = (key: string | null | undefined): Figure => figures.find((figure) => figure.key === key) ?? (figures[0] as Figure);

const OF_PEOPLE: ReadonlySet<string> = new Set(['density', 'people', 'households', 'elderly', 'children', 'migrants', 'perThousand']);

/** Whether a figure is of people, so that it is there for those alone to whom the server tells how many there are. */
export const isOfPeople = (figure: Figure): boolean => OF_PEOPLE.has(figure.key);

/** Whether an answer tells how many people there are: the server decides it, and a page asks no permission by its name. */
export const tellsPeople = (answer: { regions: readonly RegionMeasures[] } | undefined): boolean => answer?.regions.some(({ people }) => people != null) ?? false;

/** Whether the permissions let a figure be seen; totals of people are the server's to give to whoever reads the map. */
export function maySee(figure: Figure, permissions: readonly string[]): boolean {
  return !isOfPeople(figure) || permissions.includes('map.read');
}

/** A figure in place of one that may not be seen; everybody sees how many cases are open. */
export const seenFigure = (key: string, permissions: readonly string[]): string => (maySee(figureOf(key), permissions) ? key : 'open');

/** A region's figure; nothing where it has none. */
export function valueOf(figure: Figure, known: Known): number | undefined {
  const value = figure.of(known);
  if (value === undefined || !figure.per) return value;
  const by = figure.per(known);
  return by ? value / by : undefined;
}

/** A figure as people read it: shares as per cent, rates with the digits they need, and some more where asked for. */
export function sayValue(figure: Figure, value: number | undefined, number: (value: number, digits?: number) => string, more = 0): string {
  if (value === undefined) return '—';
  if (figure.kind === 'share') return `${number(value * 100, 2 + more)}%`;
  if (figure.kind === 'count') return number(value);
  return number(value, (value < 10 ? 2 : value < 1000 ? 1 : 0) + more);
}

/** The bounds of a figure's classes; those of a count are whole numbers, as its values are. */
export const boundsOf = (figure: Figure, values: readonly number[], classes: number, method: Method, own: readonly number[] = []): number[] =>
  classBounds(values, classes, method, { own, whole: figure.kind === 'count' });

const MORE_DIGITS = [0, 1, 2, 3, 4];

/** The classes in words, from the least to the greatest. A value on a bound is of the lower class: counts go on with the next number, others are above it. */
export function classNames(figure: Figure, bounds: readonly number[], least: number, most: number, number: (value: number, digits?: number) => string): string[] {
  const edges = [...new Set([least, ...bounds, most])];
  // Bounds that differ have to be told apart.
  const more = MORE_DIGITS.find((digits) => new Set(edges.map((edge) => sayValue(figure, edge, number, digits))).size === edges.length);
  const say = (value: number) => sayValue(figure, value, number, more);
  return [...bounds, most].map((to, at) => {
    const below = bounds[at - 1];
    if (below !== undefined && figure.kind !== 'count') return say(below) === say(to) ? `> ${say(below)}` : `> ${say(below)} – ${say(to)}`;
    const from = below === undefined ? least : below + 1;
    return say(from) === say(to) ? say(to) : `${say(from)} – ${say(to)}`;
  });
}
