import { describe, expect, it } from 'vitest';
import type { Statistics } from '../../src/api/client';
import { everyMonth } from '../../src/desk/charts/months';
import { factOf, facts } from '../../src/desk/planner/facts';
import { classOf } from '../../src/figures/classes';
import { boundsOf, classNames, figureOf, seenFigure } from '../../src/figures/figures';

const number = (value: number, digits = 0) => new Intl.NumberFormat('en', { maximumFractionDigits: digits }).format(value);
const named = (key: string, values: readonly number[], classes: number, method: 'quantile' | 'equal' | 'own', own: readonly number[] = []) => {
  const bounds = boundsOf(figureOf(key), values, classes, method, own);
  return { bounds, names: classNames(figureOf(key), bounds, Math.min(...values), Math.max(...values), number) };
};

describe('the classes in words', () => {
  it('name every count once', () => {
    expect(named('open', [1, 2, 3, 4, 5, 6, 7], 3, 'equal').names).toEqual(['1 – 3', '4 – 5', '6 – 7']);
    expect(named('people', [0, 50, 100, 101, 4000], 5, 'own', [100, 1000]).names).toEqual(['0 – 100', '101 – 1,000', '1,001 – 4,000']);
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
    expect(named('elderly', [0.1, 0.2, 0.25, 0.5], 5, 'own', [0.2, 0.3]).names).toEqual(['10% – 20%', '> 20% – 30%', '> 30% – 50%']);
    expect(named('floorArea', [0, 0.002, 0.0031, 0.24], 5, 'own', [0.002, 0.1]).names).toEqual(['0 – 0.002', '> 0.002 – 0.1', '> 0.1 – 0.24']);
    expect(named('density', [0, 0, 4.5], 2, 'quantile').names).toEqual(['0', '> 0 – 4.5']);
  });
});

describe('the figure until somebody chooses', () => {
  it('is one that may be seen', () => {
    expect(seenFigure('density', ['person.read'])).toBe('density');
    expect(seenFigure('density', [])).toBe('open');
    expect(seenFigure('buildings', [])).toBe('buildings');
  });
});

describe('an area of which the reader sees a part', () => {
  it('has no densities', () => {
    const statistics = { area_m2: 2e6, in_part: false, people: { total: 100, ages: [] }, organisations: { total: 4, types: [] } } as unknown as Statistics;
    const of = (key: string, inPart: boolean) => factOf(facts.find((fact) => fact.key === key)!, { ...statistics, in_part: inPart });
    expect([of('density', false), of('organisationsKm2', false)]).toEqual([50, 2]);
    expect([of('density', true), of('organisationsKm2', true)]).toEqual([undefined, undefined]);
    expect(of('people', true)).toBe(100);
  });
});

describe('months', () => {
  it('are all there between the first and the last', () => {
    expect(everyMonth([{ month: '2025-11', count: 3 }, { month: '2026-02', count: 5 }])).toEqual([
      { month: '2025-11', count: 3 }, { month: '2025-12', count: 0 }, { month: '2026-01', count: 0 }, { month: '2026-02', count: 5 },
    ]);
    expect(everyMonth([])).toEqual([]);
  });
});
