import { expect, middle, open, settled, test } from './desk';
import { sql } from './support';

test.use({ shared: true });

const zoom = (page: import('@playwright/test').Page) => page.evaluate(() => window.__gridhall?.map.getZoom() ?? 0);

test('a row of the ranking is flown to and opens its card, and that cases were hidden is said', async ({ page }) => {
  test.setTimeout(180_000);
  await open(page);
  await page.getByTestId('planner-choropleth').click();
  await page.getByTestId('choropleth-on').click();
  await expect(page.getByText('已暂时隐藏事件图层')).toBeVisible();
  const before = await zoom(page);
  const row = page.locator('.ranked button').first();
  const name = (await row.locator('span').textContent()) ?? '';
  await row.click();
  await expect(page.getByTestId('details')).toContainText(name);
  await expect.poll(() => zoom(page)).toBeGreaterThan(before + 0.5);
  await expect(page.getByTestId('choropleth-panel')).toBeVisible();
  await page.getByTestId('to-statistics').click();
  await expect(page.getByTestId('area-panel').getByRole('heading', { level: 2 })).toContainText(name);
  // Details and a tool's panel stand under each other, and the brand leads home.
  await page.getByTestId('tool-measure').click();
  const [card, tool] = [
    await page.getByTestId('details').boundingBox(),
    await page.getByTestId('measure-panel').boundingBox(),
  ];
  expect((card?.y ?? 0) + (card?.height ?? 0)).toBeLessThanOrEqual(tool?.y ?? 0);
  await expect(page.getByTestId('brand')).toHaveAttribute('href', '/');
  // The panels fold away, for this browser.
  await page.getByTestId('fold-right').click();
  await expect(page.getByTestId('area-panel')).toBeHidden();
  await page.reload();
  await expect(page.getByTestId('fold-right')).toHaveAttribute('aria-expanded', 'false');
  await page.getByTestId('fold-right').click();
  await expect(page.getByTestId('area-panel')).toBeVisible();
  // Beyond one's own regions the map says why it is empty.
  await page.evaluate(() => void window.__gridhall?.map.jumpTo({ center: [113, 26], zoom: 12 }));
  await page.getByTestId('outside-note').getByRole('button', { name: '回到辖区' }).click();
  await expect(page.getByTestId('outside-note')).toHaveCount(0);
});

test('a dot that stands for many leads closer, or lists what is near', async ({ page }) => {
  const place = (await sql(`select ST_X(geom), ST_Y(geom) from case_record order by id limit 1`)).replace('|', ',');
  await open(page, `/map?at=${place},11&parts=case.all&hide=organisation,component,person`);
  await settled(page);
  const at = await page.evaluate(() => {
    const map = window.__gridhall?.map;
    const box = map?.getContainer().getBoundingClientRect();
    const inside = ({ x, y }: { x: number; y: number }) => x > 640 && x < 1060 && y > 100 && y < 700;
    const found = map
      ?.queryRenderedFeatures({ layers: ['case-many'] })
      .map(({ geometry }) => map.project((geometry as GeoJSON.Point).coordinates as [number, number]))
      .find(inside);
    return { x: (found?.x ?? 0) + (box?.x ?? 0), y: (found?.y ?? 0) + (box?.y ?? 0) };
  });
  await page.mouse.click(at.x, at.y);
  await page.getByTestId('crowd-list').click();
  await expect(page.getByTestId('crowd').getByRole('button').first()).toBeVisible();
  await page.getByTestId('crowd-zoom').click();
  await expect.poll(() => zoom(page)).toBe(15);
});

test('a circle says its radius while it is drawn, and is corrected by a number, a handle and by coordinates', async ({
  page,
}) => {
  test.setTimeout(150_000);
  await open(page, '/map?at=114.93,27.81,14&hide=case,organisation,component,person');
  await page.getByTestId('draw-circle').click();
  await expect(page.getByTestId('map')).toHaveAttribute('data-tool', 'circle');
  const { x, y } = await middle(page);
  await page.mouse.click(x, y);
  await page.mouse.move(x + 120, y, { steps: 6 });
  await expect(page.getByTestId('hint-radius')).toHaveText(/^半径 [\d.,]+ (米|公里)$/);
  await page.mouse.click(x + 120, y);
  const radius = page.getByTestId('circle-radius');
  await expect(radius).toHaveValue(/^\d+$/);
  await radius.fill('750');
  await page.keyboard.press('Tab');
  const reach = () =>
    page.evaluate(() => {
      const ring = window.__gridhall?.area()?.coordinates[0] ?? [];
      const lats = ring.map((at) => at[1] ?? 0);
      return Math.round(((Math.max(...lats) - Math.min(...lats)) / 2) * 110_850);
    });
  await expect.poll(reach).toBeGreaterThan(740);
  await expect.poll(reach).toBeLessThan(760);
  const edge = await page.locator('.handle[data-says]').boundingBox();
  if (!edge) throw new Error('the circle has no handle');
  await page.mouse.move(edge.x + edge.width / 2, edge.y + edge.height / 2);
  await page.mouse.down();
  await page.mouse.move(edge.x + edge.width / 2 + 60, edge.y + edge.height / 2, { steps: 5 });
  await page.mouse.up();
  await expect.poll(reach).toBeGreaterThan(800);

  // The dialog takes what stands; another system's numbers and a name do as well.
  await page.getByTestId('by-coordinates').click();
  const dialog = page.getByTestId('coordinates-dialog');
  await expect(dialog.getByTestId('coordinates')).toHaveValue(/^114\.\d+, 27\.\d+$/);
  await dialog.getByTestId('outline-system').click();
  await page
    .locator('.ant-select-item-option')
    .filter({ hasText: /^GCJ-02$/ })
    .click();
  await dialog.getByTestId('outline-centre').click();
  await page.getByRole('button', { name: '圈定', exact: true }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  const centre = await page.evaluate(() => {
    const ring = window.__gridhall?.area()?.coordinates[0]?.slice(1) ?? [];
    const middle = window.__gridhall?.map.getCenter();
    return ring.reduce((sum, at) => sum + (at[0] ?? 0), 0) / ring.length - (middle?.lng ?? 0);
  });
  expect(Math.abs(centre)).toBeLessThan(0.02);
});

test('the panel has the figures of the workbook: 60 and over, under 15, categories of service', async ({ page }) => {
  await open(page);
  const aged = async (test: string) => Number(await sql(`select count(*) from person where ${test}`));
  await expect(page.getByTestId('stat-elderly')).toHaveAttribute(
    'data-value',
    String(await aged(`birth <= (now() at time zone 'Asia/Shanghai')::date - interval '60 years'`)),
  );
  await expect(page.getByTestId('stat-children')).toHaveAttribute(
    'data-value',
    String(await aged(`birth > (now() at time zone 'Asia/Shanghai')::date - interval '15 years'`)),
  );
  await page.getByTestId('area-panel').getByText('表格').click();
  await expect(page.getByRole('table', { name: '服务对象' })).toBeVisible();
});
