import type { Language, Values } from '../../i18n';
import type { TextKey } from './words';

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];
/** From here on hours say less than days. */
const IN_DAYS = 2 * DAY;

/** A length of time in the unit that fits it. */
export function sayLength(seconds: number, language: Language): string {
  const [unit, size] =
    seconds >= IN_DAYS
      ? (['day', DAY] as const)
      : seconds >= HOUR
        ? (['hour', HOUR] as const)
        : (['minute', MINUTE] as const);
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 }).format(
    Math.max(1, Math.floor(seconds / size)),
  );
}

/** A moment of a layer, in seconds since 1970: tiles and streams have it so, records as a text. */
function momentOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  const at = typeof value === 'string' ? Date.parse(value) / 1000 : NaN;
  return Number.isFinite(at) ? at : null;
}

/** How a case stands to its limit, in words; nothing where no limit is recorded. */
export function sayClock(
  properties: Record<string, unknown>,
  now: number,
  { t, language }: { t: (key: TextKey, values?: Values) => string; language: Language },
): { text: string; isLate: boolean } | null {
  const [due, closed] = [momentOf(properties['due_at']), momentOf(properties['closed_at'])];
  if (due === null) return null;
  if (closed !== null)
    return closed > due
      ? { text: t('limitEndedLate', { length: sayLength(closed - due, language) }), isLate: true }
      : { text: t('limitEnded'), isLate: false };
  if (properties['status'] === 'hung') return { text: t('limitHung'), isLate: false };
  return now > due
    ? { text: t('limitOver', { length: sayLength(now - due, language) }), isLate: true }
    : { text: t('limitLeft', { length: sayLength(due - now, language) }), isLate: false };
}
