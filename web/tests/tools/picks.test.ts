import { describe, expect, it } from 'vitest';
import type { Picked } from '../../src/map/controller';
import { featuresOf } from '../../src/map/marks';
import { isStep, lookingFrom } from '../../src/modules/desk/address/share';
import { isMany, readPick, writePick } from '../../src/modules/desk/address/sharePick';

const building: Picked = { layer: 'building', id: 17, lon: 114.93, lat: 27.81, properties: {} };
const cell: Picked = { layer: 'case', id: 0, lon: 114.9, lat: 27.8, properties: { count: 37 } };
const address = (picked: Picked | null) => `?${new URLSearchParams(writePick(picked))}`;

describe('what is picked in an address', () => {
  it('comes back, without what was known of it', () => {
    expect(readPick(address(building))).toEqual(building);
    expect(readPick(address({ ...building, properties: { name: '玉溪广场' } }))).toEqual(building);
  });
  it('is one thing: of many, and of what has no record, nothing is said', () => {
    expect(isMany(cell)).toBe(true);
    for (const unsaid of [cell, null, { ...building, id: 0 }]) expect(address(unsaid)).toBe('?');
  });
  it('is nothing where it makes no sense', () => {
    for (const wrong of [
      '',
      'building',
      'building,17',
      'building,17,114.9',
      'building,0,114.9,27.8',
      'building,1.5,114.9,27.8',
      'building,17,x,27.8',
      'building,17,214.9,27.8',
      '../x,17,114.9,27.8',
    ])
      expect(readPick(`?pick=${wrong}`), wrong).toBeNull();
  });
});

describe('a step that Back undoes', () => {
  const at = '/map?at=114.93000,27.81000,16.00&hide=person';
  it('is to pick, to count, to open and to close', () => {
    for (const part of [
      'pick=building,17,114.93000,27.81000',
      'region=360502001001000',
      'area=1,2;3,4;5,6;1,2',
      'regions=360502001001',
      'tab=compare',
      'sheet=layers',
      'swipe=light',
    ]) {
      expect(isStep(at, `${at}&${part}`), part).toBe(true);
      expect(isStep(`${at}&${part}`, at), part).toBe(true);
    }
    expect(isStep(`${at}&pick=building,17,1,2`, `${at}&pick=building,18,1,2`)).toBe(true);
  });
  it('is not to move the map, to show layers, or to set what is open already', () => {
    for (const [before, after] of [
      [at, '/map?at=1,2,3&hide=person'],
      [at, '/map?at=114.93000,27.81000,16.00&hide='],
      [at, `${at}&figure=density`],
      [`${at}&swipe=light`, `${at}&swipe=dark,reported,street,30`],
      ['/map', '/map?at=1,2,3'],
    ] as const)
      expect(isStep(before, after), after).toBe(false);
  });
});

describe('where a step is taken from', () => {
  it('is where the map is by then', () => {
    for (const [before, after] of [
      ['/map', '/map?at=1,2,3'],
      ['/map?hide=road', '/map?hide=road&at=1,2,3'],
      ['/map?at=4,5,6&hide=road', '/map?at=1,2,3&hide=road'],
      ['/map?hide=road&at=4,5,6', '/map?hide=road&at=1,2,3'],
    ] as const)
      expect(lookingFrom(before, '/map?at=1,2,3&pick=building,17,1,2')).toBe(after);
    expect(lookingFrom('/map?at=4,5,6', '/map?pick=building,17,1,2')).toBe('/map?at=4,5,6');
  });
});

describe('a mark', () => {
  const at = [114.93, 27.81] as const;
  it('is the outline that the server has, with a ring for who looks from afar', () => {
    const geometry = {
      type: 'Polygon' as const,
      coordinates: [
        [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 0],
        ],
      ],
    };
    const [outline, ring, ...more] = featuresOf({ geometry, at, count: 1 });
    expect(outline?.geometry).toEqual(geometry);
    expect(ring).toMatchObject({ properties: { far: true }, geometry: { type: 'Point', coordinates: [...at] } });
    expect(more).toEqual([]);
  });
  it('is one ring around a point, and a wider one the more it stands for', () => {
    const reach = (count: number) =>
      featuresOf({ geometry: { type: 'Point', coordinates: [...at] }, at, count }).map(
        ({ properties }) => properties?.['reach'] as number,
      );
    expect(reach(1)).toEqual([0]);
    const [few = 0, many = 0] = [...reach(10), ...reach(10_000)];
    // The circles of the style are 2.8 and 15 wide there.
    expect(few).toBeGreaterThan(2.8 + 3);
    expect(many).toBeGreaterThan(15 + 3);
  });
});
