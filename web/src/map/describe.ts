import type { Code } from '../api/hooks';
import type { Language, TextKey } from '../i18n';

export type Codes = Map<string, Map<string, Code>> | undefined;

/** Which code table names the values of a layer's field. */
const TABLES: Record<string, string> = {
  'building.use_code': 'building_use',
  'person.category': 'person_category',
  'organisation.type_code': 'organisation_type',
  'component.category': 'case_category',
  'component.state': 'component_state',
  'case.category': 'case_category',
  'case.status': 'case_status',
  'case.channel': 'case_channel',
  'road.class': 'road_class',
};

/** A code's name in a language; the code itself where the table doesn't know it. */
export function nameOf(codes: Codes, table: string, code: string, language: Language): string {
  const known = codes?.get(table)?.get(code);
  if (!known) return code;
  return (language === 'en' && known.name_en) || known.name;
}

interface Words {
  language: Language;
  t: (key: TextKey) => string;
  time: (iso: string) => string;
}

/** A field's value as people read it. */
export function say(codes: Codes, layer: string, field: string, value: unknown, { language, t, time }: Words): string {
  const table = TABLES[`${layer}.${field}`];
  if (table) return nameOf(codes, table, String(value), language);
  if (field === 'sex') return t(`sex_${Number(value) === 1 || Number(value) === 2 || Number(value) === 9 ? (Number(value) as 1 | 2 | 9) : 0}`);
  if (field === 'severity') return t(`severity_${Math.min(4, Math.max(1, Number(value))) as 1 | 2 | 3 | 4}`);
  if (field === 'made') return t(value === true ? 'madeYes' : 'madeNo');
  if (field.endsWith('_at')) return time(typeof value === 'number' ? new Date(value * 1000).toISOString() : String(value));
  return String(value);
}

const FIELDS = ['name', 'use_code', 'floors', 'height', 'sex', 'category', 'status', 'severity', 'channel', 'reported_at', 'due_at', 'closed_at', 'type_code', 'state', 'class', 'made', 'count'];

/** A field's heading. */
export function heading(field: string, t: (key: TextKey) => string): string {
  return FIELDS.includes(field) ? t(`field_${field}` as TextKey) : field;
}

const THINGS = ['building', 'case', 'component', 'organisation', 'person'] as const;

/** What a single thing of a layer is called; nothing where it goes by the layer's name. */
export function oneOf(layer: string, t: (key: TextKey) => string): string | undefined {
  const thing = THINGS.find((known) => known === layer);
  return thing && t(`one_${thing}`);
}

/** What is known of a thing, the name first, without what is empty. */
export function inOrder(properties: Record<string, unknown>): [string, unknown][] {
  const known = Object.entries(properties).filter(([, value]) => value !== null && value !== '');
  // What has no place in the list comes after it.
  const place = (field: string) => FIELDS.indexOf(field) >>> 0;
  return known.toSorted(([a], [b]) => place(a) - place(b));
}

/** An entry of a list is named by its name, or by the first of these that are known. */
const NAMING = ['type_code', 'use_code', 'category', 'status', 'sex', 'class', 'floors'];

/** What a thing is called in a list, and what tells it from others of that name. */
export function naming(codes: Codes, layer: string, id: number, properties: Record<string, unknown>, title: string, words: Words): { name: string; note: string } {
  const name = properties['name'];
  const isKnown = (value: unknown) => value !== undefined && value !== null && value !== '';
  const known = NAMING.flatMap((field) => (isKnown(properties[field]) ? [field === 'floors' ? `${String(properties[field])}F` : say(codes, layer, field, properties[field], words)] : []));
  return typeof name === 'string' && name !== '' ? { name, note: known[0] ?? '' } : { name: known[0] ?? `${title} ${id}`, note: known.slice(1, 3).join(' · ') };
}
