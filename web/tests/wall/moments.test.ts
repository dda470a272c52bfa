import { describe, expect, it } from 'vitest';
import type { Moments } from '../../src/api/client';
import { speaker } from '../../src/i18n';
import { clockOf, sayLength } from '../../src/modules/wall/clock';
import { countBy, emergenciesOf, isEmergency } from '../../src/modules/wall/emergencies';
import { areaName, gridNumber } from '../../src/modules/wall/names';
import { byCategory, nightFigures, nightOf, openAt, spotsOf } from '../../src/modules/wall/nights';
import { wholeDays } from '../../src/modules/wall/panels/charts';
import { words } from '../../src/modules/wall/words';

const at = (text: string) => Date.parse(`${text}+08:00`);
const seconds = (text: string) => at(text) / 1000;

/** The lives of cases: when reported, when ended, of which category, how urgent. */
const lives = (...rows: [reported: string, ended: string | null, category: string, severity: number][]): Moments => ({
  ids: rows.map((_, id) => id + 1),
  lon: rows.map(() => 115),
  lat: rows.map(() => 28),
  region: rows.map(() => 360_502_001_001_001),
  truncated: false,
  reported: rows.map(([reported]) => seconds(reported)),
  ended: rows.map(([, ended]) => (ended ? seconds(ended) : 0)),
  category: rows.map(([, , category]) => category),
  severity: rows.map(([, , , severity]) => severity),
});

describe('the trend', () => {
  const daily = ['2026-11-27', '2026-11-28', '2026-11-29'].map((date) => ({ date, reported: 5, ended: 4 }));
  it('ends with the last whole day of China, by day and just after midnight', () => {
    expect(wholeDays({ at: seconds('2026-11-29T18:00:00'), daily }).map(({ date }) => date)).toEqual([
      '2026-11-27',
      '2026-11-28',
    ]);
    expect(wholeDays({ at: seconds('2026-11-29T00:01:00'), daily }).map(({ date }) => date)).toEqual([
      '2026-11-27',
      '2026-11-28',
    ]);
    expect(wholeDays({ at: seconds('2026-11-30T00:00:00'), daily })).toHaveLength(3);
  });
});

describe('a night', () => {
  it('goes from ten in the evening to six in the morning; by day it is the one before', () => {
    expect(nightOf(at('2026-11-29T23:10:00'))).toEqual({
      from: new Date(at('2026-11-29T22:00:00')),
      to: new Date(at('2026-11-29T23:10:00')),
      lasts: true,
    });
    expect(nightOf(at('2026-11-30T03:00:00')).from).toEqual(new Date(at('2026-11-29T22:00:00')));
    expect(nightOf(at('2026-11-30T15:00:00'))).toEqual({
      from: new Date(at('2026-11-29T22:00:00')),
      to: new Date(at('2026-11-30T06:00:00')),
      lasts: false,
    });
  });
  it('is compared with as much of the night before', () => {
    const tonight = lives(
      ['2026-11-29T22:30:00', '2026-11-29T23:00:00', 'E0511', 1],
      ['2026-11-29T21:59:00', null, 'E0511', 1],
      ['2026-11-29T23:30:00', null, 'E0404', 3],
    );
    const before = lives(['2026-11-28T22:10:00', null, 'E0101', 1], ['2026-11-29T02:00:00', null, 'E0101', 1]);
    const figures = nightFigures(at('2026-11-29T23:45:00'), tonight, before);
    expect(figures?.reported.map(({ id }) => id)).toEqual([1, 3]);
    expect([figures?.settled, figures?.before]).toEqual([1, 1]);
    expect(nightFigures(at('2026-11-29T23:45:00'), tonight, undefined)).toBeUndefined();
    expect(byCategory(figures?.reported ?? [])).toEqual([
      { code: 'E0404', count: 1 },
      { code: 'E0511', count: 1 },
    ]);
  });
});

describe('emergencies', () => {
  it('are sudden events and what is urgent, the gravest first', () => {
    expect(isEmergency({ category: 'E0406', severity: 1 })).toBe(true);
    expect(isEmergency({ category: 'E0501', severity: 3 })).toBe(true);
    expect(isEmergency({ category: 'E0501', severity: 2 })).toBe(false);
    const spots = spotsOf(
      lives(
        ['2026-11-29T08:00:00', null, 'E0401', 1],
        ['2026-11-29T09:00:00', null, 'E0501', 1],
        ['2026-11-29T07:00:00', null, 'E0501', 4],
        ['2026-11-29T09:30:00', '2026-11-29T10:00:00', 'E0403', 3],
      ),
    );
    expect(emergenciesOf(openAt(spots, at('2026-11-29T11:00:00'))).map(({ id }) => id)).toEqual([3, 1]);
    expect(emergenciesOf(openAt(spots, at('2026-11-29T09:45:00'))).map(({ id }) => id)).toEqual([3, 4, 1]);
    expect(countBy(spots, 1_000_000)).toEqual(new Map([[360_502_001_000_000, 4]]));
  });
});

describe('the clock of a case', () => {
  const t = speaker(words, 'zh-CN');
  const [reported, due] = [seconds('2026-11-29T08:00:00'), seconds('2026-11-29T18:00:00')];
  const of = (now: string, part: Partial<Parameters<typeof clockOf>[0]> = {}) =>
    clockOf({ status: 'handling', reported, due, closed: null, ...part }, seconds(now));
  it('says what is left, what it is over, and what it took', () => {
    expect(of('2026-11-29T10:00:00')).toEqual({ state: 'running', seconds: 8 * 3_600 });
    expect(of('2026-11-29T17:00:00').state).toBe('near');
    expect(of('2026-11-29T21:30:00')).toEqual({ state: 'overdue', seconds: 3.5 * 3_600 });
    expect(of('2026-11-29T23:00:00', { closed: seconds('2026-11-29T12:00:00') })).toEqual({
      state: 'ended',
      seconds: 4 * 3_600,
    });
    expect(of('2026-11-30T23:00:00', { closed: seconds('2026-11-29T19:00:00') }).state).toBe('endedLate');
    expect(of('2026-11-29T23:00:00', { due: null, closed: seconds('2026-11-29T12:00:00') }).state).toBe('done');
    expect(of('2026-11-30T10:00:00', { status: 'hung' }).state).toBe('hung');
    expect(of('2026-11-29T10:00:00', { due: null }).state).toBe('unlimited');
  });
  it('is said in the two largest units', () => {
    expect(sayLength(3.5 * 3_600, t)).toBe('3 小时 30 分钟');
    expect(sayLength(2 * 86_400 + 5 * 3_600 + 60, t)).toBe('2 天 5 小时');
    expect(sayLength(20, t)).toBe('不到 1 分钟');
    expect(sayLength(7_200, t)).toBe('2 小时');
  });
});

describe('a name', () => {
  it.each([
    ['百花湖社区居民委员会', '百花湖社区'],
    ['石脑村民委员会', '石脑村'],
    ['石脑村村民委员会', '石脑村'],
    ['铁山里居委会', '铁山里社区'],
    ['百花湖社区', '百花湖社区'],
    ['城北街道', '城北街道'],
  ])('of the area %s is %s', (name, area) => {
    expect(areaName(name)).toBe(area);
  });
  it('of a grid in a list of its community is its number', () => expect(gridNumber('北湖社区第8网格')).toBe('第8网格'));
});
