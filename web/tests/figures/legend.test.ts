import '../declared';
import { describe, expect, it } from 'vitest';
import type { Statistics } from '../../src/api/client';
import { classOf, fewerClasses, type Method } from '../../src/map/figures/classes';
import { boundsOf, classNames, figureOf, seenFigure } from '../../src/map/figures/figures';
import { everyMonth } from '../../src/modules/desk/charts/months';
import { factOf, facts } from '../../src/modules/desk/planner/facts';

const number = (value: number, digits = 0) =>
  new Intl.NumberFormat('en', { maximumFractionDigits: digits }).format(value);
const named = (
  key: string,
  values: readonly number[],
  classes: number,
  method: Method,
  own: readonly number[] = [],
) => {
  const bounds = boundsOf(figureOf(key), values, classes, method, own);
  return { bounds, names: classNames(figureOf(key), bounds, Math.min(...values), Math.max(...values), number) };
};

describe('the classes in words', () => {
  it('name every count once', () => {
    expect(named('open', [1, 2, 3, 4, 5, 6, 7], 3, 'equal').names).toEqual(['1 – 3', '4 – 5', '6 – 7']);
    expect(named('people', [0, 50, 100, 101, 4000], 5, 'own', [100, 1000]).names).toEqual([
      '0 – 100',
      '101 – 1,000',
      '1,001 – 4,000',
    ]);
  });
  it('put a count where they say', () => {
    const values = [0, 0, 0, 1, 2, 2, 3, 5, 8, 13, 21];
    const { bounds, names } = named('open', values, 5, 'quantile');
    for (const value of values) {
      const [from = 0, to = from] = (names[classOf(value, bounds)] ?? '').split(' – ').map(Number);
      expect(value >= from && value <= to).toBe(true);
    }
  });
  it('name no class that nothing can fall into', () => {
    const { names } = named('open', [0, 0, 0, 0, 0, 0, 0, 1, 12], 5, 'quantile');
    expect(names).toEqual([...new Set(names)]);
    expect(named('overdue', [0, 0, 0, 1], 5, 'equal').names).toEqual(['0', '1']);
  });
  it('say of other figures to which class a bound belongs', () => {
    expect(named('elderly', [0.1, 0.2, 0.25, 0.5], 5, 'own', [0.2, 0.3]).names).toEqual([
      '10% – 20%',
      '> 20% – 30%',
      '> 30% – 50%',
    ]);
    expect(named('floorArea', [0, 0.002, 0.0031, 0.24], 5, 'own', [0.002, 0.1]).names).toEqual([
      '0 – 0.002',
      '> 0.002 – 0.1',
      '> 0.1 – 0.24',
    ]);
    expect(named('density', [0, 0, 4.5], 2, 'quantile').names).toEqual(['0', '> 0 – 4.5']);
  });
});

describe('the classes of a map on which most regions have nothing', () => {
  const mostlyNothing = [...new Array<number>(90).fill(0), 1, 1, 1, 1, 2, 2, 3, 13];
  it('part what differs, not what is alike', () => {
    expect(named('overdue', mostlyNothing, 5, 'quantile').names).toEqual(['0', '1', '2', '3', '4 – 13']);
    expect(
      named(
        'overdue',
        [...new Array<number>(40).fill(0), ...Array.from({ length: 20 }, (_, at) => at + 1)],
        5,
        'quantile',
      ).names,
    ).toEqual(['0', '1 – 5', '6 – 10', '11 – 15', '16 – 20']);
  });
  it('are natural integers for small counts, and no more than there are', () => {
    expect(named('open', [0, 1, 2, 1, 0], 5, 'quantile').names).toEqual(['0', '1', '2']);
    expect(named('open', [1, 2, 2, 3], 5, 'natural').names).toEqual(['1', '2', '3']);
    expect(named('open', [0, 0, 0], 5, 'quantile').names).toEqual(['0']);
    expect(named('open', [4, 4, 4], 5, 'quantile').names).toEqual(['4']);
  });
  it('leave no class without a region', () => {
    for (const values of [mostlyNothing, [0, 0, 5], [0, 2, 2, 2, 9, 9, 40], [1, 1, 1, 1, 1, 1, 1, 8]]) {
      const { bounds } = named('open', values, 5, 'quantile');
      expect(new Set(values.map((value) => classOf(value, bounds))).size, values.join()).toBe(bounds.length + 1);
    }
  });
  it('hold for shares too, and say how many the data allows', () => {
    const shares = [0, 0, 0, 0, 0, 0, 0.1, 0.2, 0.3, 0.4];
    expect(named('elderly', shares, 5, 'quantile').bounds[0]).toBe(0);
    expect(named('elderly', shares, 5, 'quantile').bounds).toHaveLength(4);
    expect(fewerClasses([0, 1], 5)).toBe(3);
    expect(fewerClasses([0, 1, 2, 3], 5)).toBeNull();
  });
  it('stay as they were asked for where somebody set them', () => {
    expect(named('open', mostlyNothing, 5, 'own', [5]).bounds).toEqual([5]);
    expect(named('open', [0, 0, 10], 2, 'equal').bounds).toEqual([5]);
  });
});

describe('the figure until somebody chooses', () => {
  it('is one that may be seen', () => {
    expect(seenFigure('density', ['map.read'])).toBe('density');
    expect(seenFigure('density', [])).toBe('open');
    expect(seenFigure('buildings', [])).toBe('buildings');
  });
});

describe('an area of which the reader sees a part', () => {
  it('has no densities', () => {
    const statistics = {
      area_m2: 2e6,
      in_part: false,
      people: { total: 100, ages: [] },
      organisations: { total: 4, types: [] },
    } as unknown as Statistics;
    const of = (key: string, inPart: boolean) =>
      factOf(facts.find((fact) => fact.key === key)!, { ...statistics, in_part: inPart });
    expect([of('density', false), of('organisationsKm2', false)]).toEqual([50, 2]);
    expect([of('density', true), of('organisationsKm2', true)]).toEqual([undefined, undefined]);
    expect(of('people', true)).toBe(100);
  });
});

describe('months', () => {
  it('are all there between the first and the last', () => {
    expect(
      everyMonth([
        { month: '2025-11', count: 3 },
        { month: '2026-02', count: 5 },
      ]),
    ).toEqual([
      { month: '2025-11', count: 3 },
      { month: '2025-12', count: 0 },
      { month: '2026-01', count: 0 },
      { month: '2026-02', count: 5 },
    ]);
    expect(everyMonth([])).toEqual([]);
  });
});
