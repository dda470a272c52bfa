import type { Area } from '../../../api/hooks';
import type { Level } from '../../../api/levels';
import { type Method, methods } from '../../../map/figures/classes';
import { type ScaleName, scaleNames } from '../../../theme';

/** What the panel beside the map shows. */
export type PlannerTab = 'statistics' | 'compare' | 'choropleth' | 'saved';
export const plannerTabs: readonly PlannerTab[] = ['statistics', 'compare', 'choropleth', 'saved'];

/** An area of the comparison; a drawn one has a name that was given to it. */
export interface Compared {
  area: Area;
  name: string;
}

export const MOST_COMPARED = 4;
export const letters = ['A', 'B', 'C', 'D'] as const;

/** How regions are coloured. */
export interface Choropleth {
  on: boolean;
  figure: string;
  level: Level;
  days: number;
  classes: number;
  method: Method;
  /** The bounds of the method "own". */
  own: number[];
  /** The figure's own palette when not chosen. */
  palette: ScaleName | null;
  /** Only values within it stay coloured. */
  range: [number, number] | null;
}

export const levels: readonly Level[] = ['county', 'street', 'community', 'grid'];
export const DAYS: readonly number[] = [7, 30, 90, 365];
export const CLASSES: readonly number[] = [3, 4, 5, 6, 7];

export const plain: Choropleth = {
  on: false,
  figure: 'density',
  level: 'street',
  days: 30,
  classes: 5,
  method: 'quantile',
  own: [],
  palette: null,
  range: null,
};

/** A period of the comparison by time: its last day (China's), and how many days it has. */
export interface Period {
  ends: string;
  days: number;
}

/** Everything of the planner that an address brings back. */
export interface PlannerState {
  tab: PlannerTab;
  /** Regions that are counted as one. */
  chosen: number[];
  compared: Compared[];
  mode: 'areas' | 'periods';
  periods: [Period, Period] | null;
  choropleth: Choropleth;
  embed: boolean;
}

export const empty: PlannerState = {
  tab: 'statistics',
  chosen: [],
  compared: [],
  mode: 'areas',
  periods: null,
  choropleth: plain,
  embed: false,
};

const CHINA_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** A day as China's calendar has it. */
export const day = (at: number) => new Date(at + CHINA_MS).toISOString().slice(0, 10);

/** The last moment of a day of China's, not later than now. */
export function endOf(ends: string, now = Date.now()): Date | null {
  const end = Date.parse(`${ends}T23:59:59+08:00`);
  return Number.isFinite(end) && end < now ? new Date(end) : null;
}

/** The last month against the one before it. */
export function usualPeriods(now = Date.now()): [Period, Period] {
  return [
    { ends: day(now - 30 * DAY_MS), days: 30 },
    { ends: day(now), days: 30 },
  ];
}

export const isMethod = (text: string | null): text is Method => methods.some((method) => method === text);
export const isScale = (text: string | null): text is ScaleName => scaleNames.some((scale) => scale === text);
export const isLevel = (text: string | null): text is Level => levels.some((level) => level === text);

/** Whether two areas are the same. */
export const same = (a: Area, b: Area) => JSON.stringify(a) === JSON.stringify(b);
