import type { Moments } from '../../api/client';
import type { Happening } from './panels/Stream';

/** More than this doesn't fit on any wall. */
const MOST = 40;

/** What had happened by a moment, milliseconds since 1970, the newest first. */
export function past(moments: Moments | undefined, at: number): Happening[] {
  if (!moments) return [];
  const now = at / 1000;
  const found: Happening[] = [];
  moments.reported.forEach((reported, index) => {
    const ended = moments.ended[index] ?? 0;
    const of = (what: 'reported' | 'ended', when: number): Happening => ({
      key: `${moments.ids[index]}-${what}`,
      id: moments.ids[index] ?? 0,
      at: when * 1000,
      category: moments.category[index] ?? '',
      severity: moments.severity[index] ?? 1,
      region: moments.region[index] ?? 0,
      what,
      status: what === 'ended' ? 'closed' : 'reported',
      lon: moments.lon[index] ?? 0,
      lat: moments.lat[index] ?? 0,
    });
    if (reported <= now) found.push(of('reported', reported));
    if (ended > 0 && ended <= now) found.push(of('ended', ended));
  });
  return found.sort((a, b) => b.at - a.at).slice(0, MOST);
}
