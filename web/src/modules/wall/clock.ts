import type { Values } from '../../i18n';
import type { TextKey } from './words';

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/** A length of time in the two largest units that it has: days and hours, hours and minutes. */
export function sayLength(seconds: number, t: (key: TextKey, values?: Values) => string): string {
  const whole = Math.max(0, Math.round(seconds / MINUTE) * MINUTE);
  const [days, hours, minutes] = [
    Math.floor(whole / DAY),
    Math.floor((whole % DAY) / HOUR),
    Math.floor((whole % HOUR) / MINUTE),
  ];
  const part = (count: number, unit: TextKey) => (count > 0 ? [t(unit, { n: String(count) })] : []);
  const parts =
    days > 0
      ? [...part(days, 'lengthDays'), ...part(hours, 'lengthHours')]
      : [...part(hours, 'lengthHours'), ...part(minutes, 'lengthMinutes')];
  return parts.length > 0 ? parts.join(t('lengthJoin')) : t('lengthNow');
}

/** How a case stands to its limit. Moments are seconds since 1970; a hung one's clock stands still. */
export interface CaseClock {
  state: 'done' | 'ended' | 'endedLate' | 'hung' | 'unlimited' | 'running' | 'near' | 'overdue';
  /** Seconds that are left, that it is over, or that it took. */
  seconds: number;
}

/** What is left of the limit is little below so much of it. */
const NEAR = 0.2;

export function clockOf(
  { status, reported, due, closed }: { status: string; reported: number; due: number | null; closed: number | null },
  now: number,
): CaseClock {
  if (closed !== null)
    return { state: due === null ? 'done' : closed > due ? 'endedLate' : 'ended', seconds: closed - reported };
  if (status === 'hung') return { state: 'hung', seconds: now - reported };
  if (due === null) return { state: 'unlimited', seconds: now - reported };
  if (now > due) return { state: 'overdue', seconds: now - due };
  return { state: due - now < (due - reported) * NEAR ? 'near' : 'running', seconds: due - now };
}
