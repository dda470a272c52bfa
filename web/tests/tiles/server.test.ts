import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { beforeAll, describe, expect, it } from 'vitest';
import { server, sql } from '../support';
import { faults } from './spec';

const ZOOMS = [0, 5, 8, 10, 11, 12, 13, 14, 15, 16, 18];
const FULL_ZOOM = 15;
const FAR_BYTES = 500_000;
const BUFFER = 64;
const NAMES = [
  'county',
  'street',
  'community',
  'grid',
  'building',
  'person',
  'organisation',
  'component',
  'road',
  'case',
];
const POINTS = ['person', 'organisation', 'component', 'case'];

interface Tile {
  z: number;
  x: number;
  y: number;
}

async function get(path: string): Promise<Response> {
  return fetch(new URL(path, server.url), { headers: { authorization: `Bearer ${server.token}` } });
}

async function load(layer: string, { z, x, y }: Tile): Promise<Uint8Array | null> {
  const answer = await get(`/tiles/${layer}/${z}/${x}/${y}`);
  expect([200, 204]).toContain(answer.status);
  return answer.status === 204 ? null : new Uint8Array(await answer.arrayBuffer());
}

function tileAt(z: number, lon: number, lat: number): Tile {
  const sine = Math.sin((lat * Math.PI) / 180);
  const share = (value: number) => Math.floor(value * 2 ** z);
  return { z, x: share(lon / 360 + 0.5), y: share(0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) };
}

/** The tile over a place and its eight neighbours: they meet on every side. */
function around({ z, x, y }: Tile): Tile[] {
  const last = 2 ** z - 1;
  const near = [-1, 0, 1];
  return near
    .flatMap((dx) => near.map((dy) => ({ z, x: x + dx, y: y + dy })))
    .filter((tile) => [tile.x, tile.y].every((at) => at >= 0 && at <= last));
}

describe.runIf(server.url && server.token)('the tiles of the server', () => {
  let centre: [number, number] = [0, 0];

  beforeAll(async () => {
    const city = (await (await get('/api/city')).json()) as { centre: [number, number] };
    centre = city.centre;
  });

  describe.each(NAMES)('%s', (layer) => {
    it.each(ZOOMS)('is valid at zoom %i', async (z) => {
      for (const tile of around(tileAt(z, ...centre))) {
        const bytes = await load(layer, tile);
        if (!bytes) continue;
        const address = `${layer}/${tile.z}/${tile.x}/${tile.y}`;
        expect(faults(bytes, { buffer: BUFFER }), address).toEqual([]);
        if (z < FULL_ZOOM) expect(bytes.length, address).toBeLessThanOrEqual(FAR_BYTES);
        const decoded = new VectorTile(new PbfReader(bytes));
        expect(Object.keys(decoded.layers)).toEqual([layer]);
        const features = decoded.layers[layer];
        for (let at = 0; features && at < features.length; at += 1) {
          const feature = features.feature(at);
          expect(feature.loadGeometry().length).toBeGreaterThan(0);
          const stands = feature.properties['count'];
          if (z >= FULL_ZOOM) expect(feature.id, address).toBeGreaterThan(0);
          else if (stands !== undefined) expect(stands, address).toBeGreaterThan(0);
        }
      }
    });
  });

  // Rounding decides about what only touches the rim of the buffer, so that one unit is left to either side.
  it.runIf(server.psql).each(NAMES)('from zoom 15 up, %s has the features that PostGIS finds', async (layer) => {
    for (const z of [FULL_ZOOM, FULL_ZOOM + 2]) {
      const tile = tileAt(z, ...centre);
      const within = async (buffer: number) => {
        const box = `ST_Transform(ST_TileEnvelope(${z}, ${tile.x}, ${tile.y}, margin => ${buffer}.0 / 4096), 4326)`;
        const ids = await sql(`select id from layer."${layer}" where ST_Intersects(geom, ${box})`);
        return new Set(ids.split('\n').filter(Boolean).map(Number));
      };
      const bytes = await load(layer, tile);
      const features = bytes && new VectorTile(new PbfReader(bytes)).layers[layer];
      const drawn = new Set(Array.from({ length: features?.length ?? 0 }, (_, at) => features?.feature(at).id ?? 0));
      const [sure, possible] = await Promise.all([within(BUFFER - 1), within(BUFFER + 1)]);
      expect(
        [...sure].filter((id) => !drawn.has(id)),
        'missing',
      ).toEqual([]);
      expect(
        [...drawn].filter((id) => !possible.has(id)),
        'too many',
      ).toEqual([]);
    }
  });

  it.each(POINTS)('gathers %s from afar, and none is lost', async (layer) => {
    const total = ((await (await get('/api/city')).json()) as { layers: Record<string, number> }).layers[layer];
    const bytes = await load(layer, { z: 0, x: 0, y: 0 });
    const features = bytes && new VectorTile(new PbfReader(bytes)).layers[layer];
    let sum = 0;
    for (let at = 0; features && at < features.length; at += 1)
      sum += Number(features.feature(at).properties['count'] ?? 1);
    expect(sum).toBe(total);
  });

  it('has nothing for a layer that is not, nor for a tile that cannot be', async () => {
    expect((await get('/tiles/nothing/0/0/0')).status).toBe(404);
    expect((await get('/tiles/building/3/8/0')).status).toBe(400);
    expect((await get('/tiles/building/23/0/0')).status).toBe(400);
  });
});
