const DAY_MS = 86_400_000;
/** China's offset, all year. */
const CHINA_MS = 8 * 3_600_000;

/** The start of the moment's day in China. */
export function dayOf(at: Date): Date {
  return new Date(Math.floor((at.getTime() + CHINA_MS) / DAY_MS) * DAY_MS - CHINA_MS);
}

/** The day in China as 2026-11-24. */
export const dateText = (at: Date): string => new Date(at.getTime() + CHINA_MS).toISOString().slice(0, 10);

/** A span that is played back: a day, or a month. */
export interface Span {
  kind: 'day' | 'month';
  from: Date;
  to: Date;
}

/** The day or the month of a moment, up to now at the latest. */
export function spanOf(kind: Span['kind'], at: Date, now: Date): Span {
  const [year, month] = dateText(at).split('-').map(Number);
  const from = kind === 'day' ? dayOf(at) : new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, 1) - CHINA_MS);
  return { kind, from, to: new Date(Math.min(endOf({ kind, from }).getTime(), now.getTime())) };
}

/** When a span ends, be it over or not. */
export function endOf({ kind, from }: Pick<Span, 'kind' | 'from'>): Date {
  if (kind === 'day') return new Date(from.getTime() + DAY_MS);
  const [year, month] = dateText(from).split('-').map(Number);
  return new Date(Date.UTC(year ?? 0, month ?? 1, 1) - CHINA_MS);
}
