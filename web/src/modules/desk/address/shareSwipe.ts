import { figures } from '../../../map/figures/figures';
import type { Face } from '../../../theme';
import { type Choropleth, DAYS, isLevel, plain } from '../planner/state';

/** What the right one of two maps side by side shows. */
export interface Swiped {
  face: Face['name'];
  /** Layers that it leaves out. */
  off: readonly string[];
  /** The figure by which it colours regions; nothing for none. */
  figure: string | null;
  level: Choropleth['level'];
  days: number;
  /** The last day of what it counts, China's; nothing for now. */
  ends: string | null;
}

export const usualSwipe = (hidden: Iterable<string>): Swiped => ({
  face: 'light',
  off: [...hidden],
  figure: null,
  level: plain.level,
  days: plain.days,
  ends: null,
});

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** What an address says of it; nothing when there is one map alone. */
export function readSwipe(search: string): Swiped | null {
  const params = new URLSearchParams(search);
  const said = params.get('swipe');
  if (said === null) return null;
  const [face, figure = '', level = '', days = '', ends = ''] = said.split(',');
  return {
    face: face === 'dark' ? 'dark' : 'light',
    off: (params.get('swipehide') ?? '').split(',').filter(Boolean),
    figure: figures().some(({ key }) => key === figure) ? figure : null,
    level: isLevel(level) ? level : plain.level,
    days: DAYS.includes(Number(days)) ? Number(days) : plain.days,
    ends: DATE.test(ends) ? ends : null,
  };
}

/** The same as parts of an address. */
export function writeSwipe(swiped: Swiped | null): [name: string, value: string][] {
  if (!swiped) return [];
  const { face, off, figure, level, days, ends } = swiped;
  const coloured = figure === null ? [] : [figure, level, String(days), ...(ends ? [ends] : [])];
  return [
    ['swipe', [face, ...coloured].join(',')],
    ...(off.length > 0 ? [['swipehide', off.toSorted().join(',')] as [string, string]] : []),
  ];
}
