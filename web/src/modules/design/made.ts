import type { TextKey } from './words';

/** Made figures, for tables and charts that show how they look. */
export const STREETS: readonly [name: TextKey, cases: number, people: number, onTime: number][] = [
  ['designStreetA', 1284, 168_402, 0.964],
  ['designStreetB', 1037, 121_950, 0.951],
  ['designStreetC', 816, 98_317, 0.972],
  ['designStreetD', 542, 61_208, 0.938],
  ['designStreetE', 319, 40_775, 0.981],
];
export const WEEK: readonly [opened: number, closed: number][] = [
  [512, 498],
  [486, 520],
  [533, 507],
  [561, 540],
  [590, 562],
  [428, 470],
  [402, 431],
];
export const AGES: readonly [band: string, male: number, female: number][] = [
  ['0–14', 62, 55],
  ['15–24', 41, 37],
  ['25–34', 58, 56],
  ['35–44', 67, 66],
  ['45–54', 72, 71],
  ['55–64', 59, 60],
  ['65–74', 38, 41],
  ['75+', 17, 23],
];
