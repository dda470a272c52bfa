import '../declared';
import type { Polygon, Position } from 'geojson';
import { describe, expect, it } from 'vitest';
import type { Statistics } from '../../src/api/client';
import { speaker } from '../../src/i18n';
import { circle, circleOf, reachOf } from '../../src/map/circle';
import { corridor } from '../../src/map/corridor';
import { usualStack } from '../../src/map/stack';
import { readAddress, writeAddress } from '../../src/modules/desk/address/share';
import { readArea, writeArea } from '../../src/modules/desk/address/shareArea';
import { readPlanner, writePlanner } from '../../src/modules/desk/address/sharePlanner';
import { readSwipe, type Swiped, usualSwipe, writeSwipe } from '../../src/modules/desk/address/shareSwipe';
import { sayInPart } from '../../src/modules/desk/planner/facts';
import { bins } from '../../src/modules/desk/planner/Histogram';
import { onePage } from '../../src/modules/desk/planner/pdf';
import { empty, plain } from '../../src/modules/desk/planner/state';
import { firstShape, sayPlaces, typedPlaces } from '../../src/modules/desk/planner/typedPlaces';
import { words } from '../../src/modules/desk/words';

const LAT = 27.8;
const [EAST, NORTH] = [98_574, 110_813];

/** Square metres of a polygon near the city, holes taken off. */
function squareMetres({ coordinates }: Polygon): number {
  const ring = (places: Position[]) =>
    Math.abs(
      places.reduce((sum, [x = 0, y = 0], at) => {
        const [nx = 0, ny = 0] = places[(at + 1) % places.length] ?? [];
        return sum + (x * ny - nx * y) / 2;
      }, 0),
    ) *
    EAST *
    NORTH;
  const [outer, ...holes] = coordinates.map(ring);
  return (outer ?? 0) - holes.reduce((sum, hole) => sum + hole, 0);
}

describe('a circle', () => {
  it('is known again from the polygon that an address keeps, by its centre and its radius', () => {
    for (const radius of [20, 532, 12_000]) {
      const found = circleOf(circle([114.93, 27.81], radius));
      expect(found?.radius).toBeCloseTo(radius, 0);
      expect(found?.centre[0]).toBeCloseTo(114.93, 5);
      expect(found?.centre[1]).toBeCloseTo(27.81, 5);
    }
  });

  it('is no polygon that somebody drew by corners', () => {
    const ring = circle([114.93, 27.81], 500).coordinates[0] ?? [];
    expect(circleOf({ type: 'Polygon', coordinates: [ring.map(([x = 0, y = 0]) => [x * 1.0002, y])] })).not.toBeNull();
    expect(
      circleOf({
        type: 'Polygon',
        coordinates: [ring.map(([x = 0, y = 0], at) => (at === 9 ? [x + 0.001, y] : [x, y]))],
      }),
    ).toBeNull();
    expect(
      circleOf({
        type: 'Polygon',
        coordinates: [
          [
            [1, 1],
            [2, 1],
            [2, 2],
            [1, 2],
            [1, 1],
          ],
        ],
      }),
    ).toBeNull();
    expect(circleOf({ type: 'Polygon', coordinates: [ring, ring] })).toBeNull();
  });

  it('reaches as far as its radius says', () => {
    expect(reachOf([114.93, 27.81], circle([114.93, 27.81], 750).coordinates[0]?.[0] ?? [])).toBeCloseTo(750, 0);
  });
});

describe('a corridor', () => {
  it('is as wide as asked, with round ends', () => {
    const length = 1000;
    const made = corridor(
      [
        [114.9, LAT],
        [114.9 + length / EAST, LAT],
      ],
      200,
    );
    // The round ends of 36 corners are half a per cent smaller than a circle.
    expect(squareMetres(made as Polygon)).toBeGreaterThan((length * 200 + Math.PI * 100 ** 2) * 0.994);
    expect(squareMetres(made as Polygon)).toBeLessThan((length * 200 + Math.PI * 100 ** 2) * 1.001);
  });
  it('is one polygon where the line bends and crosses itself, with a hole where it closes', () => {
    const step = 0.01;
    const crossing = corridor(
      [
        [114.9, LAT],
        [114.9 + step, LAT + step],
        [114.9 + step, LAT],
        [114.9, LAT + step],
      ],
      100,
    );
    expect(crossing?.coordinates).toHaveLength(2);
    const ring = corridor(
      [
        [114.9, LAT],
        [114.9 + step, LAT],
        [114.9 + step, LAT + step],
        [114.9, LAT + step],
        [114.9, LAT],
      ],
      100,
    );
    expect(ring?.coordinates).toHaveLength(2);
    for (const { coordinates } of [crossing, ring] as Polygon[])
      for (const part of coordinates) expect(part[0]).toEqual(part.at(-1));
  });
  it('is nothing without a length', () => {
    expect(corridor([[114.9, LAT]], 100)).toBeNull();
    expect(
      corridor(
        [
          [114.9, LAT],
          [114.9, LAT],
        ],
        100,
      ),
    ).toBeNull();
    expect(
      corridor(
        [
          [114.9, LAT],
          [114.91, LAT],
        ],
        0,
      ),
    ).toBeNull();
  });
});

describe('a circle', () => {
  it('has its radius', () => {
    expect(squareMetres(circle([114.9, LAT], 500)) / (Math.PI * 500 ** 2)).toBeCloseTo(1, 2);
  });
});

const polygon = corridor(
  [
    [114.9, LAT],
    [114.93, LAT + 0.01],
  ],
  250,
) as Polygon;

describe('an address', () => {
  it('brings areas back to the last digit', () => {
    for (const area of [
      { kind: 'drawn', polygon },
      { kind: 'region', code: 360502001001007 },
      { kind: 'regions', codes: [360502000000000, 360521101003000] },
    ] as const) {
      expect(readArea(writeArea(area as never))).toEqual(area);
    }
    expect(writeArea({ kind: 'drawn', polygon }).length).toBeLessThan(600);
    expect(readArea('pnot an area')).toBeNull();
    // A code that is cut short would be taken for one of another level.
    expect(readArea('r360502001')).toBeNull();
  });
  it('brings a drawn area with a hole back', () => {
    const ring = corridor(
      [
        [114.9, LAT],
        [114.91, LAT],
        [114.91, LAT + 0.01],
        [114.9, LAT],
      ],
      100,
    ) as Polygon;
    const shared = { view: null, hidden: null, stack: usualStack(), region: null, polygon: ring };
    expect(readAddress(writeAddress(shared).slice('/map'.length)).polygon).toEqual(ring);
  });
  it('brings everything of the planner back', () => {
    const state = {
      ...empty,
      tab: 'compare' as const,
      chosen: [360502001000000, 360502002000000],
      compared: [
        { area: { kind: 'drawn' as const, polygon }, name: '滨江 & 东' },
        { area: { kind: 'region' as const, code: 360521000000000 }, name: '' },
      ],
      mode: 'periods' as const,
      periods: [
        { ends: '2026-10-01', days: 30 },
        { ends: '2026-11-01', days: 7 },
      ] as [{ ends: string; days: number }, { ends: string; days: number }],
      choropleth: {
        ...plain,
        on: true,
        figure: 'elderly',
        method: 'own' as const,
        own: [0.1, 0.2],
        palette: 'moss' as const,
        range: [0.05, 0.3] as [number, number],
        days: 90,
      },
      embed: true,
    };
    const address = writeAddress(
      { view: null, hidden: null, stack: usualStack(), region: null, polygon: null },
      writePlanner(state),
    );
    expect(readPlanner(address.slice('/map'.length))).toEqual(state);
    expect(readPlanner('')).toEqual(empty);
    expect(readPlanner('?figure=density&classes=99&level=x&method=y&range=1&with=zzz&periods=1_2').choropleth).toEqual({
      ...plain,
      on: true,
    });
  });
});

describe('an area that is counted in part', () => {
  it('is named, and no other is', () => {
    const t = speaker(words, 'en');
    const area = (name: string, in_part: boolean) => ({ name, statistics: { in_part } as Statistics });
    expect(sayInPart([area('A', true), area('B', false), area('C', true)], t)).toBe(
      words.en.compareInPart.replace('{names}', 'A, C'),
    );
    expect(sayInPart([area('B', false), { name: 'C', statistics: undefined }], t)).toBe('');
  });
});

describe('two maps in an address', () => {
  it('come back as they were, and what is not known is as usual', () => {
    const swiped: Swiped = {
      face: 'dark',
      off: ['case', 'person'],
      figure: 'onTime',
      level: 'community',
      days: 90,
      ends: '2026-11-01',
    };
    const address = (which: Swiped | null) => `?${new URLSearchParams(writeSwipe(which))}`;
    expect(readSwipe(address(swiped))).toEqual(swiped);
    expect(readSwipe(address(usualSwipe([])))).toEqual(usualSwipe([]));
    expect(readSwipe(address(null))).toBeNull();
    expect(readSwipe('?swipe=x,y,z,1,2')).toEqual(usualSwipe([]));
  });
});

describe('coordinates by hand', () => {
  it('are read with either comma, and refused when wrong', () => {
    expect(typedPlaces('114.9, 27.8\n114.91，27.81\n\n')).toEqual([
      { lon: 114.9, lat: 27.8, crs: 'EPSG:4326' },
      { lon: 114.91, lat: 27.81, crs: 'EPSG:4326' },
    ]);
    for (const wrong of ['', 'x, 1', '114.9', '1, 2, 3'])
      expect(typedPlaces(wrong), wrong).toEqual({ line: 1, why: 'coordinatesWrong' });
    expect(typedPlaces('114.9, 27.8\n\n27.8, 114.9')).toEqual({ line: 3, why: 'goToOrder' });
    expect(typedPlaces('200, 100')).toEqual({ line: 1, why: 'goToRange' });
  });

  it('coordinates are read and written in the system that is in use', () => {
    expect(typedPlaces('3077733.3, 591638.8', 'gk', 114.9)).toEqual([
      { lon: 591638.8, lat: 3077733.3, crs: 'EPSG:4547' },
    ]);
    expect(typedPlaces('1, 2', 'gk', 114.9)).toEqual({ line: 1, why: 'goToRangeMetres' });
    expect(sayPlaces([[114.93, 27.81]], 'cgcs2000')).toBe('114.930000, 27.810000');
    expect(typedPlaces(sayPlaces([[114.93, 27.81]], 'gcj02'), 'gcj02')).toEqual([
      { lon: expect.closeTo(114.935, 2), lat: expect.closeTo(27.807, 2), crs: 'GCJ-02' },
    ]);
  });

  it('the dialog starts with the area that stands, or else with a circle around a place', () => {
    const round = circle([114.93, 27.81], 532);
    expect(firstShape(round, null, null)).toEqual({ shape: 'circle', places: [[114.93, 27.81]], radius: 532 });
    const square = {
      type: 'Polygon' as const,
      coordinates: [
        [
          [1, 1],
          [2, 1],
          [2, 2],
          [1, 1],
        ],
      ],
    };
    expect(firstShape(square, null, [5, 5])).toEqual({
      shape: 'polygon',
      places: [
        [1, 1],
        [2, 1],
        [2, 2],
      ],
      radius: null,
    });
    expect(
      firstShape(
        square,
        [
          [1, 1],
          [2, 2],
        ],
        null,
      ).shape,
    ).toBe('corridor');
    expect(firstShape(null, null, [5, 5])).toEqual({ shape: 'circle', places: [[5, 5]], radius: null });
    expect(firstShape(null, null, null).places).toEqual([]);
  });
});

describe('a histogram', () => {
  it('counts every value once, on an axis by roots where values crowd at the foot', () => {
    const values = [...new Array<number>(90).fill(1), 50, 60, 1000];
    const { edges, counts } = bins(values);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
    expect([edges[0], edges.at(-1)]).toEqual([1, 1000]);
    expect(edges).toEqual(edges.toSorted((a, b) => a - b));
    expect((edges[1] ?? 0) - (edges[0] ?? 0)).toBeLessThan((edges.at(-1) ?? 0) - (edges.at(-2) ?? 0));
  });
});

describe('a PDF of one page', () => {
  it('has its parts where its table says', async () => {
    const text = new TextDecoder('latin1').decode(
      await onePage(new Uint8Array([0xff, 0xd8, 0xff, 0xd9]), { width: 2, height: 1 }, '渝水区').arrayBuffer(),
    );
    const table = Number(/startxref\n(\d+)/.exec(text)?.[1]);
    expect(text.slice(table, table + 4)).toBe('xref');
    const offsets = [...text.slice(table).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, at]) => Number(at));
    expect(offsets).toHaveLength(6);
    offsets.forEach((at, index) => expect(text.slice(at).startsWith(`${index + 1} 0 obj`)).toBe(true));
    expect(text).toContain('/Title<FEFF6E1D6C34533A>');
  });
});
