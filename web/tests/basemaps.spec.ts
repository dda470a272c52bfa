import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { type Browser, test as base, expect, type Page } from '@playwright/test';
import { faultless } from './faultless';
import { type OwnServer, ownServer } from './own-server';

type State = Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>;
type Colour = readonly [red: number, green: number, blue: number, alpha: number];

/** A place in the city; every tile that reaches it has a mark there. */
const PLACE = [114.93, 27.81] as const;
const MARK: Colour = [255, 230, 0, 255];
const CLEAR: Colour = [0, 0, 0, 0];
const [XYZ, WMTS, JSONED, SOUTH]: Colour[] = [
  [200, 30, 180, 255],
  [30, 160, 60, 255],
  [240, 130, 20, 255],
  [20, 90, 220, 255],
];
const HALF_MARK = 12;
const SIDE = 256;
const KEY = 'a1b2c3';
/** With everything of the city hidden, what is seen at a place is the base map. */
const BARE = 'hide=building,case,community,component,county,grid,organisation,person,road,street';
const VIEW = `at=${PLACE.join(',')},12`;

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** A picture of a tile: one colour, with the mark at the place where it reaches the tile. */
function tile(z: number, x: number, y: number, ground: Colour, mark: Colour): Buffer {
  const [lon, lat] = PLACE;
  const world = SIDE * 2 ** z;
  const left = Math.round(((lon + 180) / 360) * world) - x * SIDE;
  const sine = Math.sin((lat * Math.PI) / 180);
  const top = Math.round((0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * world) - y * SIDE;
  const rows: number[] = [];
  for (let row = 0; row < SIDE; row += 1) {
    rows.push(0);
    for (let column = 0; column < SIDE; column += 1)
      rows.push(...(Math.abs(column - left) <= HALF_MARK && Math.abs(row - top) <= HALF_MARK ? mark : ground));
  }
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0]);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** What was asked of the tile server: its path and query, and which page it was said to be for. */
interface Asked {
  url: URL;
  referrer: string;
}

/** A server of tiles as others run them: XYZ, rows from the south, WMTS by key and value, TileJSON; and one that never answers. */
async function tileServer(): Promise<{ url: string; asked: Asked[]; server: Server }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    asked.push({ url, referrer: request.headers.referer ?? '' });
    const query = (name: string) => url.searchParams.get(name) ?? '';
    const picture = (z: number, x: number, y: number, ground: Colour, mark: Colour) =>
      response
        .writeHead(200, { 'Content-Type': 'image/png', 'Access-Control-Allow-Origin': '*' })
        .end(tile(z, x, y, ground, mark));
    const [, kind = '', ...rest] = url.pathname.split('/');
    const [z = 0, x = 0, y = 0] = rest.map((part) => Number.parseInt(part, 10));
    if (kind === 'hang') return;
    if (kind === 'xyz') return void picture(z, x, y, XYZ!, MARK);
    if (kind === 'south') return void picture(z, x, 2 ** z - 1 - y, SOUTH!, MARK);
    if (kind === 'jsoned') return void picture(z, x, y, JSONED!, MARK);
    if (kind === 'map.json') {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' });
      return void response.end(
        JSON.stringify({ tilejson: '3.0.0', tiles: [`${url.origin}/jsoned/{z}/{x}/{y}.png`], minzoom: 0, maxzoom: 16 }),
      );
    }
    const known =
      kind === 'wmts' &&
      query('SERVICE') === 'WMTS' &&
      query('REQUEST') === 'GetTile' &&
      query('VERSION') === '1.0.0' &&
      query('STYLE') === 'default' &&
      query('TILEMATRIXSET') === 'w' &&
      query('FORMAT') === 'tiles' &&
      query('tk') === KEY;
    const numbers = ['TILEMATRIX', 'TILECOL', 'TILEROW'].map((name) => Number(query(name))) as [number, number, number];
    if (known && query('LAYER') === 'vec') return void picture(...numbers, WMTS!, WMTS!);
    if (known && query('LAYER') === 'cva') return void picture(...numbers, CLEAR, MARK);
    response.writeHead(403, { 'Access-Control-Allow-Origin': '*' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}

/** The configuration as an administrator writes it. */
function configuration(url: string, nobody: string) {
  const wmts = (layer: string) => ({
    kind: 'wmts',
    url: `${url}/wmts`,
    layer,
    matrix_set: 'w',
    format: 'tiles',
    query: { tk: '${TILES_KEY}' },
  });
  const map = (id: string, zh: string, layers: object[]) => ({
    id,
    title: { zh, en: id },
    attribution: `${zh} © <b>测绘院</b>`,
    max_zoom: 16,
    layers,
  });
  return [
    map('streets', '国家矢量图', [wmts('vec'), wmts('cva')]),
    map('xyz', '影像图', [{ kind: 'xyz', url: `${url}/xyz/{z}/{x}/{y}.png` }]),
    map('south', '南起图', [{ kind: 'xyz', url: `${url}/south/{z}/{x}/{-y}.png` }]),
    { ...map('jsoned', '地形图', [{ kind: 'tilejson', url: `${url}/map.json` }]), max_zoom: undefined },
    map('away', '远方图', [{ kind: 'xyz', url: `${nobody}/{z}/{x}/{y}.png` }]),
    map('hang', '无声图', [{ kind: 'xyz', url: `${url}/hang/{z}/{x}/{y}.png` }]),
  ];
}

interface Own {
  gridhall: OwnServer;
  tiles: Awaited<ReturnType<typeof tileServer>>;
  state: State;
}

/** One city with base maps for all tests here. */
const test = base.extend<object, { own: Own }>({
  own: [
    async ({ browser }, use) => {
      const tiles = await tileServer();
      const folder = await mkdtemp(join(tmpdir(), 'gridhall-basemaps-'));
      const file = join(folder, 'maps.json');
      const gone = await tileServer();
      gone.server.close();
      await writeFile(file, JSON.stringify(configuration(tiles.url, gone.url)));
      const gridhall = await ownServer({ args: ['--basemaps', file], env: { TILES_KEY: KEY } });
      try {
        const context = await browser.newContext({ baseURL: gridhall.url });
        expect((await context.request.post('/api/session', { data: { token: gridhall.token } })).ok()).toBe(true);
        await use({ gridhall, tiles, state: await context.storageState() });
        await context.close();
      } finally {
        await gridhall.stop();
        tiles.server.closeAllConnections();
        tiles.server.close();
        await rm(folder, { recursive: true });
      }
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  baseURL: ({ own }, use) => use(own.gridhall.url),
  storageState: ({ own }, use) => use(own.state),
});

async function open(page: Page, query: string): Promise<void> {
  await page.goto(`/map?${query}`);
  await standing(page);
}

/** Waits until the city's own map stands. */
async function standing(page: Page): Promise<void> {
  await page.waitForFunction(() => window.__gridhall?.map.getLayer('area-fill') !== undefined, undefined, {
    timeout: 60_000,
  });
}

/** The colour that the map has at a place, so many pixels to the side. */
function colourAt(page: Page, dx = 0, dy = 0): Promise<number[]> {
  return page.evaluate(
    ([lon, lat, dx, dy]) => {
      const map = window.__gridhall!.map;
      return new Promise<number[]>((resolve) => {
        // The drawing is there only within the frame that made it.
        map.once('render', () => {
          const source = map.getCanvas();
          const copy = document.createElement('canvas');
          [copy.width, copy.height] = [source.width, source.height];
          const context = copy.getContext('2d')!;
          context.drawImage(source, 0, 0);
          const { x, y } = map.project([lon, lat]);
          const unit = source.width / map.getContainer().clientWidth;
          resolve([
            ...context.getImageData(Math.round((x + dx) * unit), Math.round((y + dy) * unit), 1, 1).data.slice(0, 3),
          ]);
        });
        map.triggerRepaint();
      });
    },
    [...PLACE, dx, dy] as [number, number, number, number],
  );
}

const near = (seen: readonly number[], colour: Colour) =>
  seen.every((value, at) => Math.abs(value - (colour[at] ?? 0)) <= 6);

/** The mark lies where it belongs and nowhere else, and around it is the base map's ground. */
async function drawn(page: Page, ground: Colour): Promise<void> {
  await expect.poll(async () => near(await colourAt(page), MARK), 'the mark at its place').toBe(true);
  for (const [dx, dy] of [
    [40, 0],
    [-40, 0],
    [0, 40],
    [0, -40],
  ] as const) {
    await expect.poll(async () => near(await colourAt(page, dx, dy), ground), `the ground at ${dx}, ${dy}`).toBe(true);
  }
}

async function choose(page: Page, id: string): Promise<void> {
  if (!(await page.getByTestId(`base-map-${id}`).isVisible())) await page.getByTestId('base-map').click();
  await page.getByTestId(`base-map-${id}`).click();
}

test('a base map that is chosen is drawn where it belongs, kept in the address, and left again', async ({
  page,
  own,
}) => {
  test.slow();
  await open(page, `${VIEW}&${BARE.replace('road,', '')}`);
  const before = await colourAt(page, 40, 40);
  await expect(page.getByTestId('base-map')).toContainText('本市底图');
  await choose(page, 'xyz');
  await drawn(page, XYZ!);
  await expect(page.getByTestId('base-map')).toContainText('影像图');
  await expect(page.locator('.base-attribution')).toHaveText('影像图 © <b>测绘院</b>');
  // It has roads of its own.
  await expect(page).toHaveURL(/hide=[^&]*road.*&base=xyz$/);

  await faultless(page, { within: ['.base-maps', '.base-map'], every: true });

  const slider = page.getByRole('slider', { name: '底图不透明度' });
  await slider.focus();
  for (let press = 0; press < 10; press += 1) await slider.press('ArrowLeft');
  await expect(page).toHaveURL(/base=xyz,50$/);
  // Half of it, and half of the city's own ground.
  const half = XYZ!.map((value, at) => (value + (before[at] ?? 0)) / 2) as unknown as Colour;
  await expect.poll(async () => near(await colourAt(page, 40, 40), half)).toBe(true);

  await page.reload();
  await standing(page);
  await expect.poll(async () => near(await colourAt(page, 40, 40), half), 'after a reload').toBe(true);
  await choose(page, 'city');
  await expect.poll(() => colourAt(page, 40, 40)).toEqual(before);
  await expect(page.locator('.base-attribution')).toHaveCount(0);
  await expect.poll(() => page.url()).not.toMatch(/base=|road/);
  // The tile server hears which server asks, and nothing of what is looked at there.
  expect(new Set(own.tiles.asked.map(({ referrer }) => referrer))).toEqual(new Set([`${own.gridhall.url}/`]));
});

test('what stands on the map stays above', async ({ page }) => {
  await open(page, `${VIEW}&base=xyz`);
  await expect
    .poll(() =>
      page.evaluate(
        () =>
          window.__gridhall!.map.getLayer('base-map-0') !== undefined &&
          window.__gridhall!.map.isSourceLoaded('base-map-0'),
      ),
    )
    .toBe(true);
  const order = await page.evaluate(() => window.__gridhall!.map.getStyle().layers.map(({ id }) => id));
  const at = order.indexOf('base-map-0');
  expect(order.slice(0, at)).toEqual(['background', 'land', 'street-tint']);
  for (const id of [
    'community-hit',
    'building-flat',
    'grid-line',
    'county-line',
    'case-one',
    'community-name',
    'area-fill',
  ])
    expect(order.indexOf(id), id).toBeGreaterThan(at);
  // A click still means the region under it.
  await page.getByTestId('map').click({ position: { x: 760, y: 400 } });
  await expect(page).toHaveURL(/region=3605\d+/);
});

test('a WMTS of two layers is asked by key and value, with the key of the environment', async ({ page, own }) => {
  await open(page, `${VIEW}&${BARE}&base=streets`);
  await drawn(page, WMTS!);
  const tiles = own.tiles.asked.filter(({ url }) => url.pathname === '/wmts');
  expect(new Set(tiles.map(({ url }) => url.searchParams.get('LAYER')))).toEqual(new Set(['vec', 'cva']));
  expect(tiles.every(({ url }) => url.searchParams.get('tk') === KEY)).toBe(true);
});

test('tiles of a TileJSON and rows from the south lie where they belong', async ({ page, own }) => {
  await open(page, `${VIEW}&${BARE}&base=jsoned`);
  await drawn(page, JSONED!);
  expect(own.tiles.asked.some(({ url }) => url.pathname === '/map.json')).toBe(true);
  await choose(page, 'south');
  await drawn(page, SOUTH!);
});

for (const [id, title] of [
  ['away', '远方图'],
  ['hang', '无声图'],
] as const) {
  test(`the city stays when the server of a base map is ${id === 'away' ? 'away' : 'silent'}`, async ({ page }) => {
    await open(page, `${VIEW}&base=${id}`);
    const warning = page.getByText(`底图“${title}”没有应答`);
    await expect(warning).toHaveCount(1);
    await expect(page.getByRole('alert').filter({ hasText: 'Failed to fetch' })).toHaveCount(0);
    await page.mouse.move(800, 450);
    await page.mouse.wheel(0, -300);
    await page.waitForTimeout(1_500);
    expect(await warning.count()).toBeLessThanOrEqual(1);
    // Its own ground and roads are seen.
    await expect(page).not.toHaveURL(/hide=[^&]*road/);
    await expect
      .poll(() =>
        page.evaluate(
          () =>
            window.__gridhall!.map.queryRenderedFeatures({
              layers: ['land', 'road-primary', 'road-secondary', 'road-tertiary', 'building-flat'],
            }).length,
        ),
      )
      .toBeGreaterThan(5);
    await page.getByTestId('map').click({ position: { x: 760, y: 400 } });
    await expect(page).toHaveURL(/region=3605\d+/);
  });
}

test('a base map that is no more leaves the city’s own', async ({ page }) => {
  await open(page, `${VIEW}&base=gone`);
  await expect(page.getByText('没有配置底图“gone”')).toBeVisible();
  await expect(page).not.toHaveURL(/base=/);
});

test('a page may ask the configured hosts and no others', async ({ page, own }) => {
  await open(page, VIEW);
  const answers = (address: string) =>
    page.evaluate(
      (address) =>
        fetch(address).then(
          ({ ok }) => ok,
          () => false,
        ),
      address,
    );
  expect(await answers(`${own.tiles.url}/xyz/1/1/0.png`)).toBe(true);
  // The same server by another name.
  expect(await answers(`${own.tiles.url.replace('127.0.0.1', 'localhost')}/xyz/1/1/0.png`)).toBe(false);
});

test('a file that is wrong stops the start and says where', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gridhall-wrong-'));
  const file = join(folder, 'maps.json');
  const [first] = configuration('http://127.0.0.1:9', '');
  const start = (maps: object) =>
    writeFile(file, JSON.stringify(maps)).then(
      () =>
        new Promise<{ code: unknown; said: string }>((resolve) => {
          execFile(
            process.env['GRIDHALL_PROGRAM'] ?? '',
            ['serve', '--data', join(folder, 'data'), '--basemaps', file],
            (error, stdout, stderr) => resolve({ code: error?.code, said: stdout + stderr }),
          );
        }),
    );
  const unset = await start([first!]);
  expect(unset.code).toBe(1);
  expect(unset.said).toMatch(/maps\.json.*"\/0\/layers\/0\/query\/tk".*TILES_KEY isn't set/s);
  const shifted = await start([{ ...first, crs: 'GCJ-02', layers: [] }]);
  expect(shifted.code).toBe(1);
  expect(shifted.said).toMatch(/"\/0\/crs".*GCJ-02/s);
  await rm(folder, { recursive: true });
});
