import type { Statistics } from '../../../api/client';
import type { Values } from '../../../i18n';
import type { TextKey } from '../words';

/** How a figure of the comparison is written. */
type Form = 'count' | 'one' | 'two' | 'share';

export interface Fact {
  key: string;
  title: TextKey;
  form: Form;
  /** Whether it is divided by the area's ground. */
  ofGround?: true;
  of: (statistics: Statistics) => number | undefined;
}

const KM2 = 1e6;
/** People from an age up to below another. */
export const aged = (statistics: Statistics, from: number, below = Infinity) =>
  statistics.people?.ages
    .filter((age) => age.from >= from && age.from < below)
    .reduce((sum, age) => sum + age.male + age.female + age.other, 0);
/** The ages that charts tell apart. */
export const AGES: readonly (readonly [from: number, below: number])[] = [
  [0, 15],
  [15, 30],
  [30, 45],
  [45, 60],
  [60, 75],
  [75, Infinity],
];
const over = (part: number | null | undefined, whole: number | undefined) =>
  part == null || !whole ? undefined : part / whole;

/** The rows of the comparison: what an area holds, and what makes areas of different sizes comparable. */
export const facts: readonly Fact[] = [
  { key: 'area', title: 'cmpArea', form: 'two', of: (s) => s.area_m2 / KM2 },
  { key: 'people', title: 'people', form: 'count', of: (s) => s.people?.total },
  {
    key: 'density',
    title: 'cmpDensity',
    form: 'count',
    ofGround: true,
    of: (s) => over(s.people?.total, s.area_m2 / KM2),
  },
  { key: 'households', title: 'cmpHouseholds', form: 'count', of: (s) => s.households ?? undefined },
  { key: 'elderly', title: 'cmpElderly', form: 'share', of: (s) => over(aged(s, 60), s.people?.total) },
  { key: 'children', title: 'cmpChildren', form: 'share', of: (s) => over(aged(s, 0, 15), s.people?.total) },
  { key: 'buildings', title: 'buildings', form: 'count', of: (s) => s.buildings.total },
  { key: 'floorArea', title: 'cmpFloorArea', form: 'one', of: (s) => s.buildings.floor_area_m2 / 1e4 },
  { key: 'organisations', title: 'organisations', form: 'count', of: (s) => s.organisations.total },
  {
    key: 'organisationsKm2',
    title: 'cmpOrganisationsKm2',
    form: 'one',
    ofGround: true,
    of: (s) => over(s.organisations.total, s.area_m2 / KM2),
  },
  { key: 'components', title: 'components', form: 'count', of: (s) => s.components.total },
  { key: 'cases', title: 'cases', form: 'count', of: (s) => s.cases.total },
  {
    key: 'casesPerThousand',
    title: 'cmpCasesPerThousand',
    form: 'one',
    of: (s) => over(s.cases.total * 1000, s.people?.total),
  },
  { key: 'open', title: 'openCases', form: 'count', of: (s) => s.cases.open },
];

/** A figure of an area; what would be divided by ground of which not all is counted is no figure. */
export const factOf = (fact: Fact, statistics: Statistics | undefined) =>
  statistics && !(fact.ofGround && statistics.in_part) ? fact.of(statistics) : undefined;

export function sayFact(
  form: Form,
  value: number | undefined,
  number: (value: number, digits?: number) => string,
): string {
  if (value === undefined) return '—';
  if (form === 'share') return `${number(value * 100, 1)}%`;
  return number(value, form === 'two' ? 2 : form === 'one' ? 1 : 0);
}

/** What is to be said of areas that are counted in part; nothing where none is. */
export function sayInPart(
  areas: readonly { name: string; statistics: Statistics | undefined }[],
  t: (key: TextKey, values?: Values) => string,
): string {
  const names = areas.filter(({ statistics }) => statistics?.in_part).map(({ name }) => name);
  return names.length === 0 ? '' : t('compareInPart', { names: names.join(t('listComma')) });
}
