import type { CaseSpot } from './spots';

/** The major category of sudden events: GB/T 30428.2, 突发事件. */
const SUDDEN = 'E04';
/** Urgent, 紧急; the gravest are 4, 特急. */
const URGENT = 3;

/** Whether a case is an emergency: a sudden event by its category, or one that is urgent whatever it is about. */
export const isEmergency = ({ category, severity }: { category: string; severity: number }): boolean =>
  category.startsWith(SUDDEN) || severity >= URGENT;

/** Whether a case is a sudden event by its category. */
export const isSudden = ({ category }: { category: string }): boolean => category.startsWith(SUDDEN);

/** The emergencies among cases, the gravest first, and of these the latest. */
export const emergenciesOf = (spots: Iterable<CaseSpot>): CaseSpot[] =>
  [...spots].filter(isEmergency).toSorted((a, b) => b.severity - a.severity || b.reported - a.reported || b.id - a.id);

/** How many of what has a region lie in each region of a level, whose codes are multiples of a unit. */
export function countBy(spots: readonly { region: number }[], unit: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { region } of spots) {
    const code = Math.floor(region / unit) * unit;
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return counts;
}

/** Metres between two places that lie near each other. */
export function metresBetween(a: { lon: number; lat: number }, b: { lon: number; lat: number }): number {
  const [north, east] = [(a.lat - b.lat) * 111_320, (a.lon - b.lon) * 111_320 * Math.cos((a.lat * Math.PI) / 180)];
  return Math.hypot(north, east);
}
