import { describe, expect, it } from 'vitest';
import { isMedal, placesOf } from '../../src/map/figures/ranks';
import { changeOf, shareOf } from '../../src/map/figures/shares';

describe('a change', () => {
  it('is no percentage of a base below 20', () => {
    // From 3 to 35: "▲1,067 %" says more than there is.
    expect(changeOf(35, 3)).toEqual({ kind: 'count', by: 32 });
    expect(changeOf(0, 19)).toEqual({ kind: 'count', by: -19 });
    expect(changeOf(5, 0)).toEqual({ kind: 'count', by: 5 });
    expect(changeOf(30, 20)).toEqual({ kind: 'share', by: 0.5 });
  });
  it('that is not seen in the digits shown is none, and of what is not known nothing is said', () => {
    expect(changeOf(10_001, 10_000)).toEqual({ kind: 'same' });
    expect(changeOf(7, 7)).toEqual({ kind: 'same' });
    expect(changeOf(7, undefined)).toEqual({ kind: 'unknown' });
  });
});

describe('a share', () => {
  it('has a base of 20 or is none', () => {
    expect(shareOf(1, 2)).toBeUndefined();
    expect(shareOf(0, 0)).toBeUndefined();
    expect(shareOf(5, 20)).toBe(0.25);
  });
});

describe('places', () => {
  const of = (values: (number | undefined)[], written?: (value: number) => string) =>
    placesOf(
      values.map((value, at) => ({ at, value })),
      ({ value }) => value,
      written,
    ).map(({ place }) => place);
  it('are shared by equal values, and nothing has none', () => {
    expect(of([0, 5, 3, 5, 0, 2])).toEqual([1, 1, 3, 4, null, null]);
    expect(of([0, 0, 0])).toEqual([null, null, null]);
  });
  it('leave out what has no value, and are equal where they are written alike', () => {
    expect(of([undefined, 4])).toEqual([1]);
    expect(of([0.92312, 0.92339, 0.9], (value) => `${(value * 100).toFixed(1)}%`)).toEqual([1, 1, 3]);
  });
  it('stand out up to the third, be they shared', () => {
    expect([1, 3, 4, null].map(isMedal)).toEqual([true, true, false, false]);
  });
});
