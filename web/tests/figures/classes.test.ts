import { describe, expect, it } from 'vitest';
import { breaks, classOf, shades } from '../../src/map/figures/classes';

const upTo = (most: number) => Array.from({ length: most }, (_, at) => at + 1);

/** How many values each class has. */
function sizes(values: readonly number[], bounds: readonly number[]): number[] {
  const counts = new Array<number>(bounds.length + 1).fill(0);
  for (const value of values) counts[classOf(value, bounds)] = (counts[classOf(value, bounds)] ?? 0) + 1;
  return counts;
}

/** The sum of squares within classes: what natural breaks make least. */
function spread(values: readonly number[], bounds: readonly number[]): number {
  return bounds.concat(Infinity).reduce((sum, bound, index) => {
    const own = values.filter((value) => value <= bound && value > (bounds[index - 1] ?? -Infinity));
    const mean = own.reduce((all, value) => all + value, 0) / Math.max(1, own.length);
    return sum + own.reduce((all, value) => all + (value - mean) ** 2, 0);
  }, 0);
}

describe('quantiles', () => {
  it('give every class as many values', () => {
    expect(sizes(upTo(100), breaks(upTo(100), 5, 'quantile'))).toEqual([20, 20, 20, 20, 20]);
  });
  it('give fewer classes where many values are alike, and never an empty range', () => {
    const values = [...new Array<number>(80).fill(0), ...upTo(20)];
    const bounds = breaks(values, 5, 'quantile');
    expect(bounds).toEqual([...new Set(bounds)].toSorted((a, b) => a - b));
    expect(bounds.length).toBeLessThan(4);
    expect(bounds.every((bound) => bound < 20)).toBe(true);
  });
  it('leave out a bound that parts nothing', () => {
    expect(breaks([0, 0, 0, 0, 1, 10], 3, 'quantile')).toEqual([0]);
  });
});

describe('equal intervals', () => {
  it('cut the span from the least to the greatest evenly', () => {
    expect(breaks([0, 3, 10], 3, 'equal').map((bound) => Math.round(bound * 1e9) / 1e9)).toEqual([
      3.333333333, 6.666666667,
    ]);
    expect(breaks([-10, 1, 2, 10], 4, 'equal')).toEqual([-5, 0, 5]);
  });
});

describe('natural breaks', () => {
  it('find groups that stand apart', () => {
    expect(breaks([1, 2, 3, 50, 51, 52, 200, 201], 3, 'natural')).toEqual([3, 52]);
  });
  it('are no worse than any other cut', () => {
    const values = [1, 2, 2.5, 4, 7, 7.2, 9, 15, 16, 22, 23, 23.5, 40, 41];
    const least = spread(values, breaks(values, 3, 'natural'));
    const all = values
      .slice(0, -1)
      .flatMap((first, index) => values.slice(index + 1, -1).map((second) => [first, second]));
    for (const bounds of all) expect(spread(values, bounds)).toBeGreaterThanOrEqual(least - 1e-9);
  });
  it('take 3,000 values without a pause', () => {
    const values = Array.from({ length: 3000 }, (_, at) => Math.sin(at) * 1000 + at);
    const started = performance.now();
    expect(breaks(values, 7, 'natural')).toHaveLength(6);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('own bounds', () => {
  it('are kept in order, without those outside of the values', () => {
    expect(breaks([0, 50, 100], 5, 'own', [80, 20, 20, 500, -3])).toEqual([20, 80]);
  });
});

describe('any method', () => {
  it('has one class where there is nothing to divide', () => {
    for (const method of ['quantile', 'natural', 'equal'] as const) {
      expect(breaks([], 5, method)).toEqual([]);
      expect(breaks([7, 7, 7], 5, method)).toEqual([]);
      expect(breaks([NaN, 3, Infinity], 5, method)).toEqual([]);
    }
  });
  it('puts a value on a bound into the lower class', () => {
    expect([1, 10, 10.1, 20, 99].map((value) => classOf(value, [10, 20]))).toEqual([0, 0, 1, 1, 2]);
  });
});

describe('shades', () => {
  it('run from one end of the scale to the other', () => {
    expect(shades(['#000000', '#ffffff'], 3)).toEqual(['#000000', '#808080', '#ffffff']);
    expect(shades(['#000000', '#112233', '#ffffff'], 1)).toEqual(['#112233']);
    expect(shades(['#000000', '#ffffff'], 7)).toHaveLength(7);
  });
});
