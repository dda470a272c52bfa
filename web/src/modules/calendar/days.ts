import type { CalendarDay, CalendarHours } from './queries';

/** A day of the year's sheet: `2026-02-15`, and its weekday, Monday is 1. */
export interface SheetDay {
  day: string;
  weekday: number;
}

const DAY_MS = 86_400_000;
const iso = (at: number) => new Date(at).toISOString().slice(0, 10);
const weekdayOf = (at: number) => new Date(at).getUTCDay() || 7;

/** The weeks of a month, Monday first; nothing where a week's day is another month's. */
export function weeksOf(year: number, month: number): (SheetDay | null)[][] {
  const first = Date.UTC(year, month - 1, 1);
  const last = Date.UTC(year, month, 0);
  const weeks: (SheetDay | null)[][] = [];
  for (let monday = first - (weekdayOf(first) - 1) * DAY_MS; monday <= last; monday += 7 * DAY_MS) {
    const week = Array.from({ length: 7 }, (_, at) => monday + at * DAY_MS);
    weeks.push(week.map((at) => (at < first || at > last ? null : { day: iso(at), weekday: weekdayOf(at) })));
  }
  return weeks;
}

/** The hours that hold on a day. */
export const hoursOf = (hours: readonly CalendarHours[], day: string): CalendarHours | undefined =>
  hours.findLast(({ valid_from }) => valid_from <= day) ?? hours[0];

/** A year's days with one of them changed: by weekday again where nothing is said of it. */
export function withDay(
  days: readonly CalendarDay[],
  day: string,
  said: Omit<CalendarDay, 'day'> | null,
): CalendarDay[] {
  const others = days.filter((one) => one.day !== day);
  const next = said ? [...others, { day, ...said }] : others;
  return next.toSorted((a, b) => a.day.localeCompare(b.day));
}

export const isSame = (a: readonly CalendarDay[], b: readonly CalendarDay[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

export const countOf = (days: readonly CalendarDay[], kind: CalendarDay['kind']): number =>
  days.filter((one) => one.kind === kind).length;

/** Minutes from midnight as a clock shows them. */
export const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** A clock's minutes from midnight; nothing where it shows none. */
export function minutesOf(clock: string): number | null {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(clock) ?? [];
  return hours === undefined || minutes === undefined ? null : Number(hours) * 60 + Number(minutes);
}
