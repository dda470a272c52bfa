import { declared, layerOf } from '../api/declared';
import type { Code } from '../api/hooks';
import type { I18n, Language } from '../i18n';

export type Codes = Map<string, Map<string, Code>> | undefined;

/** A code's name in a language; the code itself where the table doesn't know it. */
export function nameOf(codes: Codes, table: string, code: string, language: Language): string {
  const known = codes?.get(table)?.get(code);
  if (!known) return code;
  return (language === 'en' && known.name_en) || known.name;
}

type Words = Pick<I18n, 'language' | 't' | 'time' | 'title' | 'number'>;

const fieldOf = (layer: string, field: string) => layerOf(layer)?.fields.find(({ name }) => name === field);

/** A field's value as people read it. */
export function say(
  codes: Codes,
  layer: string,
  field: string,
  value: unknown,
  { language, time, number }: Words,
): string {
  const known = fieldOf(layer, field);
  if (known?.codes) return nameOf(codes, known.codes, String(value), language);
  if (known?.kind === 'time' || field.endsWith('_at'))
    return time(typeof value === 'number' ? new Date(value * 1000).toISOString() : String(value));
  if (typeof value === 'number' && (known?.kind === 'number' || field === 'count')) return number(value, 1);
  return String(value);
}

/** A field's heading; a dot that stands for many says how many. */
export function heading(layer: string, field: string, { t, title }: Words): string {
  if (field === 'count') return t('field_count');
  return title(fieldOf(layer, field)?.title) || (field === 'name' ? t('name') : field);
}

/** What a single thing of a layer is called; nothing where it goes by the layer's name. */
export function oneOf(layer: string, { title }: Words): string | undefined {
  const found = declared().objects.find((object) => object.layer === layer);
  return found && title(found.title);
}

/** What is known of a thing, the name first, in the order in which its module declares it, without what is empty. */
export function inOrder(layer: string, properties: Record<string, unknown>): [string, unknown][] {
  const known = Object.entries(properties).filter(([, value]) => value !== null && value !== '');
  const fields = layerOf(layer)?.fields ?? [];
  const place = (field: string) => (field === 'name' ? -1 : fields.findIndex(({ name }) => name === field) >>> 0);
  return known.toSorted(([a], [b]) => place(a) - place(b));
}

/** What a thing is called in a list, and what tells it from others of that name: its name, or the first of its codes that are known. */
export function naming(
  codes: Codes,
  layer: string,
  id: number,
  properties: Record<string, unknown>,
  title: string,
  words: Words,
): { name: string; note: string } {
  const name = properties['name'];
  const isKnown = (value: unknown) => value !== undefined && value !== null && value !== '';
  const telling = (layerOf(layer)?.fields ?? []).filter(
    (field) => field.codes != null && field.kind !== 'boolean' && isKnown(properties[field.name]),
  );
  const known = telling.map((field) => say(codes, layer, field.name, properties[field.name], words));
  return typeof name === 'string' && name !== ''
    ? { name, note: known[0] ?? '' }
    : { name: known[0] ?? `${title} ${id}`, note: known.slice(1, 3).join(' · ') };
}
