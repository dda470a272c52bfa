import type { CaseChild, RegionMeasures } from '../api/client';
import type { TextKey } from '../i18n';
import type { ScaleName } from '../theme';

/** What is known of a region: from the archives, and of its cases. */
export interface Known {
  measures?: RegionMeasures | undefined;
  cases?: CaseChild | undefined;
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

/** Whether the permissions let a figure be seen; those of cases are seen by whoever reads the map. */
export function maySee(figure: Figure, permissions: readonly string[]): boolean {
  return !OF_PEOPLE.has(figure.key) || permissions.includes('person.read');
}

/** A region's figure; nothing where it has none. */
export function valueOf(figure: Figure, known: Known): number | undefined {
  const value = figure.of(known);
  if (value === undefined || !figure.per) return value;
  const by = figure.per(known);
  return by ? value / by : undefined;
}

/** A figure as people read it: shares as per cent, rates with the digits they need. */
export function sayValue(figure: Figure, value: number | undefined, number: (value: number, digits?: number) => string): string {
  if (value === undefined) return '—';
  if (figure.kind === 'share') return `${number(value * 100, 2)}%`;
  if (figure.kind === 'count') return number(value);
  return number(value, value < 10 ? 2 : value < 1000 ? 1 : 0);
}
