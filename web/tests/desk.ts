import { test as base, expect, type Browser, type Page } from '@playwright/test';
import type { Polygon } from 'geojson';
import type { Map as MapLibre } from 'maplibre-gl';
import { count, server } from './support';

declare global {
  interface Window {
    __gridhall?: { map: MapLibre; area: () => Polygon | null };
  }
}

type State = Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>;

/** One session for all tests: a sign-in address opens only once. */
export const test = base.extend<object, { state: State }>({
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
});

export { expect };

/** Opens the desk and waits until the map has drawn everything once. */
export async function open(page: Page, address = '/map'): Promise<void> {
  await page.goto(address);
  await expect(page.getByTestId('map')).toHaveAttribute('data-ready', 'true', { timeout: 60_000 });
}

/** Waits until the map stands still with all its tiles. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const map = window.__gridhall?.map;
    return map !== undefined && map.loaded() && !map.isMoving();
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

const COUNTED = [['people', 'layer.person', 'geom'], ['buildings', 'building', 'ST_Centroid(geom)'], ['cases', 'case_record', 'geom']] as const;

/** The figures on the page are those of PostGIS in a polygon (SQL). What lies within two centimetres of its border may fall to either side: memory keeps centimetres. */
export async function agrees(page: Page, drawn: string): Promise<void> {
  for (const [name, table, place] of COUNTED) {
    const exact = await count(`select count(*) from ${table} where ST_Contains(${drawn}, ${place})`);
    const near = await count(`select count(*) from ${table} where geom && ST_Expand(${drawn}, 0.001) and ST_DWithin(${place}::geography, ST_Boundary(${drawn})::geography, 0.02)`);
    await expect.poll(async () => Math.abs((await figure(page, name)) - exact), `${name}: SQL says ${exact}, ${near} of them on the border`).toBeLessThanOrEqual(near);
  }
}
