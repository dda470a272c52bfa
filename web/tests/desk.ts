import { type Browser, test as base, expect, type Page } from '@playwright/test';
import type { Polygon } from 'geojson';
import type { Map as MapLibre } from 'maplibre-gl';
import { count, server } from './support';

declare global {
  interface Window {
    __gridhall?: { map: MapLibre; area: () => Polygon | null };
  }
}

type State = Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>;

interface Shared {
  /** Whether the tests of a file use one page, one after the other: what it has loaded and drawn serves all of them. */
  shared: boolean;
}

/** A page that is kept from test to test, until one fails. */
interface Keeper {
  page: () => Promise<Page>;
  drop: () => Promise<void>;
}

const VIEWPORT = { width: 1600, height: 900 };
const MOST_STEPS = 30;

/** One session for all tests: a sign-in address opens only once. */
export const test = base.extend<Shared, { state: State; keeper: Keeper }>({
  shared: [false, { option: true }],
  state: [
    async ({ browser }, use) => {
      const context = await browser.newContext({ baseURL: server.url });
      const answer = server.token
        ? await context.request.post('/api/session', { data: { token: server.token } })
        : await context.request.get(server.signIn);
      expect(answer.ok(), `sign-in answers ${answer.status()}`).toBe(true);
      await use(await context.storageState());
      await context.close();
    },
    { scope: 'worker' },
  ],
  storageState: ({ state }, use) => use(state),
  keeper: [
    async ({ browser, state }, use) => {
      let kept: Page | null = null;
      const drop = async () => {
        await kept?.context().close();
        kept = null;
      };
      await use({
        drop,
        page: async () => {
          if (kept) return kept;
          const context = await browser.newContext({
            baseURL: server.url,
            storageState: state,
            viewport: VIEWPORT,
            locale: 'zh-CN',
            timezoneId: 'Asia/Shanghai',
            permissions: ['clipboard-read', 'clipboard-write'],
          });
          kept = await context.newPage();
          return kept;
        },
      });
      await drop();
    },
    { scope: 'worker' },
  ],
  page: async ({ shared, keeper, context }, use, info) => {
    if (!shared) {
      const own = await context.newPage();
      await use(own);
      return own.close();
    }
    const page = await keeper.page();
    await use(page);
    if (info.status !== info.expectedStatus) return keeper.drop();
    // The next test finds the page as a newcomer would.
    for (const other of page.context().pages()) if (other !== page) await other.close();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    page.removeAllListeners();
    await page.setViewportSize(VIEWPORT);
    await page.evaluate(() => localStorage.clear());
    // A browser keeps fifty steps: where they are counted there is to be room for them.
    if ((await page.evaluate(() => history.length)) > MOST_STEPS) return keeper.drop();
    return undefined;
  },
});

export { expect };

/** Moves a page that has the program already to another address of it, as Back and Forward do. */
async function move(page: Page, address: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate', { state: null }));
  }, address);
}

/** Opens the desk and waits until the map has drawn everything once. A page that has the program goes there by way of home, so that nothing of before is left. */
export async function open(page: Page, address = '/map'): Promise<void> {
  const isThere =
    page.url().startsWith(server.url) &&
    (await page
      .evaluate(() => document.documentElement.lang === 'zh-CN' && window.__gridhall !== undefined)
      .catch(() => false));
  if (!isThere) await page.goto(address);
  else {
    await move(page, '/portal');
    await expect(page.getByTestId('map')).toHaveCount(0);
    await move(page, address);
  }
  await expect(page.getByTestId('map')).toHaveAttribute('data-ready', 'true', { timeout: 60_000 });
  if (isThere) await settled(page);
}

/** Waits until the map stands still with all its tiles. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const map = window.__gridhall?.map;
    return map?.loaded() && !map.isMoving();
  });
}

/** Where the middle of the map lies on the page. */
export async function middle(page: Page): Promise<{ x: number; y: number }> {
  const box = await page.getByTestId('map').boundingBox();
  if (!box) throw new Error('the map has no place on the page');
  return { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
}

/** A figure of the statistics as a number, once it stands. */
export async function figure(page: Page, name: 'people' | 'buildings' | 'cases'): Promise<number> {
  const place = page.getByTestId(`stat-${name}`);
  await expect(place).toHaveAttribute('data-value', /^\d+$/);
  return Number(await place.getAttribute('data-value'));
}

const COUNTED = [
  ['people', 'layer.person', 'geom'],
  ['buildings', 'building', 'ST_Centroid(geom)'],
  ['cases', 'case_record', 'geom'],
] as const;

/** The figures on the page are those of PostGIS in a polygon (SQL). What lies within two centimetres of its border may fall to either side: memory keeps centimetres. */
export async function agrees(page: Page, drawn: string): Promise<void> {
  for (const [name, table, place] of COUNTED) {
    const exact = await count(`select count(*) from ${table} where ST_Contains(${drawn}, ${place})`);
    const near = await count(
      `select count(*) from ${table} where geom && ST_Expand(${drawn}, 0.001) and ST_DWithin(${place}::geography, ST_Boundary(${drawn})::geography, 0.02)`,
    );
    await expect
      .poll(
        async () => Math.abs((await figure(page, name)) - exact),
        `${name}: SQL says ${exact}, ${near} of them on the border`,
      )
      .toBeLessThanOrEqual(near);
  }
}
