import type { Language } from './language';

/** What stands in a sentence's places, by their names. */
export type Values = Readonly<Record<string, string | number>>;

/** `{name}` is what stands there; `{name|case|cases}` the word that goes with that number. */
const PLACE = /\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g;

/** A sentence with its places filled. A place that nothing is said for stays as it is. */
export function fill(sentence: string, values: Values | undefined, language: Language): string {
  if (!values) return sentence;
  return sentence.replace(PLACE, (place, name: string, one: string | undefined, many: string | undefined) => {
    const value = values[name];
    if (value === undefined) return place;
    if (many !== undefined) return isOne(value, language) ? (one ?? '') : many;
    return typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : value;
  });
}

/** Whether a number takes the singular; one that is written already may have signs between its digits. */
function isOne(value: string | number, language: Language): boolean {
  const number = typeof value === 'number' ? value : Number(value.replaceAll(',', ''));
  return Number.isFinite(number) && new Intl.PluralRules(language).select(number) === 'one';
}
