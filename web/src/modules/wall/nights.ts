import type { Moments } from '../../api/client';
import type { CaseSpot } from './spots';

/** The night of the law against noise (噪声污染防治法, article 88): from ten in the evening to six in the morning. */
const [FROM_HOUR, HOURS] = [22, 8];
const [HOUR_MS, DAY_MS, CHINA_MS] = [3_600_000, 86_400_000, 8 * 3_600_000];

export interface Night {
  from: Date;
  to: Date;
  /** Whether it lasts still. */
  lasts: boolean;
}

/** The night in which a moment lies, or the last one before it; up to the moment. */
export function nightOf(at: number): Night {
  const midnight = Math.floor((at + CHINA_MS) / DAY_MS) * DAY_MS - CHINA_MS;
  const tonight = midnight + FROM_HOUR * HOUR_MS;
  const from = at >= tonight ? tonight : tonight - DAY_MS;
  const end = from + HOURS * HOUR_MS;
  return { from: new Date(from), to: new Date(Math.min(end, at)), lasts: at < end };
}

/** What was reported of a night, as far as it has come, and as much of the night before. */
export interface NightFigures {
  night: Night;
  reported: CaseSpot[];
  /** Of these, settled by the moment. */
  settled: number;
  before: number;
}

/** A night's reports among the lives of cases; `earlier` holds those of the night before. */
export function nightFigures(
  at: number,
  moments: Moments | undefined,
  earlier: Moments | undefined,
): NightFigures | undefined {
  if (!moments || !earlier) return undefined;
  const night = nightOf(at);
  const within = (of: Moments, from: number, to: number) =>
    spotsOf(of).filter(({ reported }) => reported * 1000 >= from && reported * 1000 <= to);
  const reported = within(moments, night.from.getTime(), night.to.getTime());
  return {
    night,
    reported,
    settled: reported.filter(({ ended }) => ended > 0 && ended * 1000 <= at).length,
    before: within(earlier, night.from.getTime() - DAY_MS, night.to.getTime() - DAY_MS).length,
  };
}

/** The lives of cases, each by itself. */
export const spotsOf = (moments: Moments): CaseSpot[] =>
  moments.ids.map((id, at) => ({
    id,
    lon: moments.lon[at] ?? 0,
    lat: moments.lat[at] ?? 0,
    severity: moments.severity[at] ?? 1,
    reported: moments.reported[at] ?? 0,
    ended: moments.ended[at] ?? 0,
    category: moments.category[at] ?? '',
    region: moments.region[at] ?? 0,
  }));

/** Those that were open at a moment, milliseconds since 1970. */
export const openAt = (spots: readonly CaseSpot[], at: number): CaseSpot[] =>
  spots.filter(({ reported, ended }) => reported * 1000 <= at && (ended === 0 || ended * 1000 > at));

/** How often each category comes up, the most frequent first. */
export function byCategory(spots: readonly CaseSpot[]): { code: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { category } of spots) counts.set(category, (counts.get(category) ?? 0) + 1);
  return [...counts]
    .map(([code, count]) => ({ code, count }))
    .toSorted((a, b) => b.count - a.count || a.code.localeCompare(b.code));
}
