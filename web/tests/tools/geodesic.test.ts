import type { Position } from 'geojson';
import { describe, expect, it } from 'vitest';
import { area, distance, segments, total } from '../../src/map/geodesic';

/** What PostGIS says: ST_Length and ST_Area of geography. */
const TOWN: Position[] = [
  [114.9, 27.8],
  [114.95, 27.8],
  [114.96, 27.86],
  [114.9, 27.85],
];

describe('lengths and areas on the ellipsoid', () => {
  it('a length is that of PostGIS to a millimetre', () => {
    expect(
      total(
        segments([
          [114.9, 27.8],
          [114.95, 27.83],
          [115.2, 28.1],
        ]),
      ),
    ).toBeCloseTo(44677.63214187558, 3);
    expect(total(segments([...TOWN, TOWN[0] as Position]))).toBeCloseTo(23202.163615116722, 3);
    expect(distance([114.9, 27.8], [114.9, 27.8])).toBe(0);
  });

  it.each([
    [TOWN, 32752173.264288425],
    [
      [
        [114.9, 27.8],
        [114.9002, 27.8],
        [114.9002, 27.8003],
        [114.9, 27.8003],
      ],
      655.2081339284778,
    ],
    [
      [
        [114, 27],
        [116, 27],
        [116, 29],
        [114, 29],
      ],
      43600944182.79541,
    ],
  ] as [Position[], number][])('an area is that of PostGIS', (ring, expected) => {
    expect(Math.abs(area(ring) / expected - 1)).toBeLessThan(1e-10);
    expect(area(ring.toReversed())).toBeCloseTo(area(ring), 3);
  });
});
