import '../declared';
import { describe, expect, it } from 'vitest';
import { complete, grouped, groupMoved, isUsual, moved, readStack, times, usualStack } from '../../src/map/stack';
import { readAddress, writeAddress } from '../../src/modules/desk/address/share';
import { style } from '../../styles/build.mjs';

const THERE = [
  'county',
  'street',
  'community',
  'grid',
  'road',
  'building',
  'person',
  'organisation',
  'component',
  'case',
];

describe('the order of the layers', () => {
  const usual = usualStack();

  it('is as usual that of the style, from the topmost down', () => {
    expect(grouped(usual, THERE).map(({ name }) => name)).toEqual(['affairs', 'society', 'divisions', 'ground']);
    const drawn = (
      style('desk-light') as { layers: { id: string; type: string; metadata?: Record<string, string> }[] }
    ).layers
      .filter(({ id, type }) => type !== 'symbol' && !/-(fill|tint|hit)$/.test(id) && id !== 'selected-line')
      .flatMap(({ metadata }) => metadata?.['gridhall:layer'] ?? []);
    expect([...new Set(drawn)].toReversed()).toEqual(usual.order);
  });

  it('changes within a group only', () => {
    const down = moved(usual, 'case', 'component');
    expect(down.order.slice(0, 2)).toEqual(['component', 'case']);
    expect(moved(down, 'case', 'component').order).toEqual(usual.order);
    expect(moved(usual, 'case', 'road')).toBe(usual);
    const ground = groupMoved(usual, 'ground', -1);
    expect(grouped(ground, THERE).map(({ name }) => name)).toEqual(['affairs', 'society', 'ground', 'divisions']);
    expect(groupMoved(usual, 'affairs', -1)).toBe(usual);
  });

  it('goes into an address and comes back', () => {
    const stack = {
      order: moved(groupMoved(usual, 'ground', -1), 'road', 'building').order,
      opacity: { road: 40, case: 0, person: 100 },
      parts: { case: 'all' },
    };
    const address = writeAddress({ view: null, hidden: null, stack, region: null, polygon: null });
    const back = readAddress(address.slice(address.indexOf('?'))).stack;
    expect(back).toEqual({ order: stack.order, opacity: { road: 40, case: 0 }, parts: { case: 'all' } });
    expect(writeAddress({ view: null, hidden: null, stack: usual, region: null, polygon: null })).toBe('/map?');
  });

  it('is whole whatever an address says', () => {
    const stack = readStack('road.nothing.road.case', 'road.500,case.x,person.-1,nothing.4,grid.20');
    expect(stack.order.toSorted()).toEqual(usual.order.toSorted());
    expect(stack.opacity).toEqual({ grid: 20 });
    expect(isUsual(readStack(null, null).order)).toBe(true);
    expect(complete(['new'], ['new'])).toContain('new');
  });
});

describe('the opacity of a layer', () => {
  it('is multiplied into every result of an expression, and into nothing else', () => {
    expect(times(undefined, 0.5)).toBe(0.5);
    expect(times(0.8, 0.5)).toBe(0.4);
    expect(
      times(['interpolate', ['exponential', 1.5], ['zoom'], 8, 0.9, 14, ['case', ['get', 'x'], 1, 0.2]], 0.5),
    ).toEqual(['interpolate', ['exponential', 1.5], ['zoom'], 8, 0.45, 14, ['case', ['get', 'x'], 0.5, 0.1]]);
    expect(times(['step', ['zoom'], 1, 5, 0.6, 9, 0.2], 0.5)).toEqual(['step', ['zoom'], 0.5, 5, 0.3, 9, 0.1]);
    expect(times(['match', ['get', 'a'], 'x', 1, ['y', 'z'], 0.4, 0], 0.5)).toEqual([
      'match',
      ['get', 'a'],
      'x',
      0.5,
      ['y', 'z'],
      0.2,
      0,
    ]);
    expect(times(['get', 'opacity'], 0.5)).toEqual(['*', 0.5, ['get', 'opacity']]);
  });
});
