import type { Statistics } from '../../api/client';
import type { Language } from '../../i18n';
import { type Codes, nameOf } from '../../map/describe';
import type { TextKey } from './words';

/** A list of figures: what the charts draw and the tables write. */
export interface Figure {
  title: TextKey;
  rows: { name: string; value: number }[];
}

/** The lists of figures that an area has anything for, each row under its name in the code tables. */
export function figures(statistics: Statistics, codes: Codes, language: Language): Figure[] {
  const named = (table: string, rows: { code: string; count: number }[]) =>
    rows.map(({ code, count }) => ({ name: nameOf(codes, table, code, language), value: count }));
  const all: Figure[] = [
    { title: 'casesTitle', rows: named('case_major', statistics.cases.categories.slice(0, 8)) },
    { title: 'statusesTitle', rows: named('case_status', statistics.cases.statuses) },
    { title: 'categoriesTitle', rows: named('person_category', statistics.people?.categories ?? []) },
    { title: 'servicesTitle', rows: named('service_category', statistics.people?.services ?? []) },
    {
      title: 'usesTitle',
      rows: named(
        'building_use',
        [...statistics.buildings.uses].sort((a, b) => b.count - a.count),
      ),
    },
    { title: 'typesTitle', rows: named('organisation_type', statistics.organisations.types.slice(0, 8)) },
  ];
  return all.filter((figure) => figure.rows.length > 0);
}
