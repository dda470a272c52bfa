import type { Page } from '@playwright/test';
import { expect, middle, open, settled, test } from './desk';
import { sql } from './support';

test.use({ shared: true });

const BARE = 'hide=case,organisation,component,person';
/** The two largest buildings that have a name: number, name, place. */
const largest = async () =>
  (
    await sql(`select id, name, ST_X(p), ST_Y(p) from building cross join lateral ST_PointOnSurface(geom) p
    where id in (select min(id) from building where name <> '' group by name having count(*) = 1) order by floor_area desc limit 2`)
  )
    .split('\n')
    .map((row) => {
      const [id = '', name = '', lon = '', lat = ''] = row.split('|');
      return { id, name, at: `${lon},${lat}` };
    });

/** The layers that draw a mark in what is seen. */
const marked = (page: Page) =>
  page.evaluate(() => {
    const map = window.__gridhall?.map;
    const layers = ['mark-line', 'mark-far', 'mark-ring'].filter((id) => map?.getLayer(id));
    return [...new Set(map?.queryRenderedFeatures({ layers }).map(({ layer }) => layer.id))].sort();
  });
const jump = (page: Page, zoom: number) => page.evaluate((zoom) => void window.__gridhall?.map.jumpTo({ zoom }), zoom);
const details = (page: Page) => page.getByTestId('details');
const entries = (page: Page) => page.evaluate(() => history.length);

async function click(page: Page): Promise<void> {
  await settled(page);
  const { x, y } = await middle(page);
  await page.mouse.click(x, y);
}

test('a building that is picked is marked near and far, under another style too, until its details close', async ({
  page,
}) => {
  const [building] = await largest();
  await open(page, `/map?at=${building?.at},17&${BARE}`);
  expect(await marked(page)).toEqual([]);
  await click(page);
  await expect(details(page)).toContainText(building?.name ?? '?');
  await expect.poll(() => marked(page)).toEqual(['mark-line']);
  const exact = (await sql(`select ST_NPoints(geom) from building where id = ${building?.id}`)).split('\n')[0];
  const drawn = await page.evaluate(async () => {
    const source = window.__gridhall?.map.getSource('mark') as unknown as {
      getData(): Promise<GeoJSON.FeatureCollection>;
    };
    return (await source.getData()).features.map(({ geometry }) =>
      geometry.type === 'MultiPolygon' ? geometry.coordinates.flat(2).length : geometry.type,
    );
  });
  expect(drawn).toEqual([Number(exact), 'Point']);

  await jump(page, 12.5);
  await expect.poll(() => marked(page)).toEqual(['mark-far', 'mark-line']);
  await page.evaluate(() => window.__gridhall?.map.refreshTiles('building'));
  await expect.poll(() => marked(page)).toEqual(['mark-far', 'mark-line']);
  await page.evaluate(() => void window.__gridhall?.map.setStyle('/styles/wall-dark.json'));
  await page.waitForFunction(
    () =>
      (window.__gridhall?.map.getStyle().metadata as Record<string, unknown> | undefined)?.['gridhall:face'] === 'dark',
  );
  await expect.poll(() => marked(page)).toEqual(['mark-far', 'mark-line']);

  await details(page).getByRole('button', { name: '关闭' }).click();
  await expect.poll(() => marked(page)).toEqual([]);
});

test('many at a place and what a search found are marked with a ring', async ({ page }) => {
  const place = (await sql(`select ST_X(geom), ST_Y(geom) from case_record order by id limit 1`)).replace('|', ',');
  await open(page, `/map?at=${place},11&parts=case.all&hide=organisation,component,person`);
  await settled(page);
  const at = await page.evaluate(() => {
    const map = window.__gridhall?.map;
    const box = map?.getContainer().getBoundingClientRect();
    const inside = ({ x, y }: { x: number; y: number }) => x > 620 && x < 1080 && y > 100 && y < 760;
    const found = map
      ?.queryRenderedFeatures({ layers: ['case-many'] })
      .map(({ geometry }) => map.project((geometry as GeoJSON.Point).coordinates as [number, number]))
      .find(inside);
    return { x: (found?.x ?? 0) + (box?.x ?? 0), y: (found?.y ?? 0) + (box?.y ?? 0) };
  });
  await page.mouse.click(at.x, at.y);
  await expect(details(page)).toContainText('合计');
  await expect.poll(() => marked(page)).toEqual(['mark-ring']);
  // No address can name them, but the browser's own history does.
  await expect(page).not.toHaveURL(/pick=/);

  const [, building] = await largest();
  await page.getByTestId('search-input').fill(building?.name ?? '?');
  await page
    .locator('.ant-select-item-option', { hasText: building?.name ?? '?' })
    .first()
    .click();
  await expect(details(page)).toContainText('层数');
  await expect.poll(() => marked(page)).toEqual(['mark-line']);
  await expect(page).toHaveURL(/pick=building/);
  await page.goBack();
  await expect(details(page)).toContainText('合计');
  await expect.poll(() => marked(page)).toEqual(['mark-ring']);
});

test('Back undoes what was picked, and a map that moves leaves no trail', async ({ page }) => {
  const [first, second] = await largest();
  const view = () =>
    page.evaluate(() =>
      window.__gridhall?.map
        .getCenter()
        .toArray()
        .map((at) => at.toFixed(4))
        .join(),
    );
  await open(page, `/map?at=${first?.at},17&${BARE}`);
  await settled(page);
  await expect(page).toHaveURL(/&hide=/);
  const before = await entries(page);
  await click(page);
  await expect(details(page)).toContainText(first?.name ?? '?');
  await expect(page).toHaveURL(new RegExp(`region=\\d+.*pick=building,${first?.id},`));
  expect(await entries(page)).toBe(before + 1);
  const seen = await view();

  for (const step of [60, -60]) {
    await page.evaluate((step) => void window.__gridhall?.map.panBy([step, step], { duration: 0 }), step);
    await page.waitForTimeout(400);
  }
  await page.getByTestId('layer-toggle-road').click();
  await expect(page).toHaveURL(/hide=[^&]*road/);
  expect(await entries(page)).toBe(before + 1);

  await page.getByTestId('search-input').fill(second?.name ?? '?');
  await page
    .locator('.ant-select-item-option', { hasText: second?.name ?? '?' })
    .first()
    .click();
  await expect(page).toHaveURL(new RegExp(`pick=building,${second?.id},`));
  await settled(page);
  expect(await entries(page)).toBe(before + 2);

  await page.goBack();
  await expect(details(page)).toContainText(first?.name ?? '?');
  await expect.poll(view).toBe(seen);
  await expect.poll(() => marked(page)).toEqual(['mark-line']);
  await page.goBack();
  await expect(details(page)).toBeHidden();
  await expect.poll(() => marked(page)).toEqual([]);
  await expect(page).not.toHaveURL(/pick=|region=/);
  // What was hidden since stays so.
  await expect(page.getByTestId('layer-toggle-road')).not.toBeChecked();
  await page.goForward();
  await expect(details(page)).toContainText(first?.name ?? '?');
  await page.reload();
  await expect(details(page)).toContainText(first?.name ?? '?');
  await expect.poll(() => marked(page)).toEqual(['mark-line']);
  await page.goBack();
  await expect(details(page)).toBeHidden();
});

test('Back from what a search found goes to where one looked before, and the address says where', async ({ page }) => {
  const [building] = await largest();
  const zoom = () => page.evaluate(() => Math.round((window.__gridhall?.map.getZoom() ?? 0) * 10));
  await open(page);
  await expect(page).toHaveURL(/[?&]at=/);
  await settled(page);
  const before = await zoom();
  await page.getByTestId('search-input').fill(building?.name ?? '?');
  await page
    .locator('.ant-select-item-option', { hasText: building?.name ?? '?' })
    .first()
    .click();
  await expect(details(page)).toContainText(building?.name ?? '?');
  await expect.poll(zoom).toBe(165);
  await expect(page).toHaveURL(/pick=building/);
  await page.goBack();
  await expect(details(page)).toBeHidden();
  await expect.poll(zoom).toBe(before);
  await expect(page).toHaveURL(/[?&]at=/);
});

test('a house without a name is found by its address and goes by it', async ({ page }) => {
  const address = (
    await sql(
      `select min(address) from building where name = '' and address ~ '[0-9]' group by address having count(*) = 1 order by 1 limit 1`,
    )
  ).trim();
  await open(page);
  await page.getByTestId('search-input').fill(address);
  await page.locator('.ant-select-item-option', { hasText: address }).first().click();
  await expect(details(page)).toContainText('层数');
  await expect(details(page)).toContainText(address);
});

test('on a phone Back closes what lies over the map', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '/map?at=114.93,27.81,14');
  await settled(page);
  await expect(page).toHaveURL(/&hide=/);
  const sheet = page.getByTestId('layers-search');
  await page.getByRole('navigation').getByRole('button', { name: '图层' }).click();
  await expect(sheet).toBeVisible();
  await expect(page).toHaveURL(/sheet=layers/);
  await page.goBack();
  await expect(sheet).toBeHidden();
  await expect(page).toHaveURL(/^(?!.*sheet=)/);
});

test('on a phone what is picked above an open sheet takes its place', async ({ page }) => {
  const [building] = await largest();
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, `/map?at=${building?.at},17&${BARE}`);
  await settled(page);
  await page.getByRole('navigation').getByRole('button', { name: '图层' }).click();
  await expect(page.getByTestId('layers-search')).toBeVisible();
  await expect(page.getByTestId('fold-left')).toBeHidden();
  await page.evaluate(
    // Above the sheet. The map is kept for the next test: it is moved, not padded.
    ({ lon, lat }) =>
      void window.__gridhall?.map.jumpTo({ center: [lon, lat], zoom: 18 }).panBy([30, 280], { duration: 0 }),
    { lon: Number(building?.at.split(',')[0]), lat: Number(building?.at.split(',')[1]) },
  );
  await settled(page);
  const place = await page.evaluate(([lon, lat]) => {
    const map = window.__gridhall?.map;
    const box = map?.getContainer().getBoundingClientRect();
    const { x, y } = map?.project([lon ?? 0, lat ?? 0]) ?? { x: 0, y: 0 };
    return { x: x + (box?.x ?? 0), y: y + (box?.y ?? 0) };
  }, building?.at.split(',').map(Number) ?? []);
  await page.mouse.click(place.x, place.y);
  await expect(details(page)).toContainText(building?.name ?? '?');
  await expect(details(page)).toBeVisible();
  await expect(page.getByTestId('layers-search')).toBeHidden();
});

/** How many pixels around the map's middle are of a colour. */
async function pixels(page: Page, [red, green, blue]: readonly [number, number, number]): Promise<number> {
  const { x, y } = await middle(page);
  const png = (await page.screenshot({ clip: { x: x - 150, y: y - 150, width: 300, height: 300 } })).toString('base64');
  return page.evaluate(
    async ([png, red, green, blue]) => {
      const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0))]));
      const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
      context?.drawImage(picture, 0, 0);
      const bytes = context?.getImageData(0, 0, picture.width, picture.height).data ?? [];
      let count = 0;
      for (let at = 0; at < bytes.length; at += 4)
        if (
          Math.abs((bytes[at] ?? 0) - red) +
            Math.abs((bytes[at + 1] ?? 0) - green) +
            Math.abs((bytes[at + 2] ?? 0) - blue) <
          12
        )
          count += 1;
      return count;
    },
    [png, red, green, blue] as const,
  );
}

test('two maps side by side mark the same, each in its own face', async ({ page }) => {
  const [building] = await largest();
  const [lon = 0, lat = 0] = (building?.at ?? '').split(',').map(Number);
  const around = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
    [-1, -1],
  ]
    .map(([x = 0, y = 0]) => `${lon + x / 2_000},${lat + y / 2_000}`)
    .join(';');
  const [brand, accent] = [
    [76, 201, 245],
    [255, 180, 84],
  ] as const;
  await open(page, `/map?at=${building?.at},17&${BARE}&swipe=dark&swipehide=${BARE.slice(5)},road&area=${around}`);
  await expect(page.getByTestId('swipe')).toHaveAttribute('data-drawn', 'true', { timeout: 60_000 });
  await page.getByTestId('swipe-divider').focus();
  await page.keyboard.press('Home');
  await expect.poll(() => pixels(page, brand)).toBeGreaterThan(300);
  const before = await pixels(page, accent);
  const { x, y } = await middle(page);
  await page.mouse.click(x, y);
  await expect(details(page)).toContainText(building?.name ?? '?');
  await expect.poll(() => pixels(page, accent)).toBeGreaterThan(before + 200);
});
