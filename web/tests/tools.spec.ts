import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { gaussKruger, gcj02, zoneOf } from '../src/map/crs';
import { expect, middle, open, settled, test } from './desk';
import { faultless } from './faultless';
import { count, sql } from './support';

const BARE = 'hide=case,organisation,component,person';

test.use({ shared: true });

/** The map's own layers from the topmost down, as they are drawn. */
const drawn = (page: Page) =>
  page.evaluate(() => {
    const layers = window.__gridhall?.map.getStyle().layers ?? [];
    const own = layers
      .filter((layer) => layer.type !== 'fill' || layer.id.startsWith('building'))
      .filter((layer) => !layer.id.endsWith('-name'));
    return [
      ...new Set(
        own
          .toReversed()
          .flatMap((layer) => (layer.metadata as Record<string, string> | undefined)?.['gridhall:layer'] ?? []),
      ),
    ];
  });
const paint = (page: Page, layer: string, property: string) =>
  page.evaluate(
    ([id, name]) => window.__gridhall?.map.getPaintProperty(id as string, name as never) as unknown,
    [layer, property],
  );
/** The names stand above all else. */
const namesOnTop = (page: Page) =>
  page.evaluate(() => {
    const own = (window.__gridhall?.map.getStyle().layers ?? []).filter(
      (layer) => (layer.metadata as Record<string, string> | undefined)?.['gridhall:layer'],
    );
    return own.slice(own.findIndex((layer) => layer.id.endsWith('-name'))).every((layer) => layer.id.endsWith('-name'));
  });

test('layers are ordered by keyboard and by drag, dimmed, and come back from the address', async ({
  page,
  context,
}) => {
  await open(page, `/map?${BARE}`);
  await faultless(page, { within: ['.left'] });
  await page.getByTestId('layer-more-road').focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('layer-up-road').focus();
  await page.keyboard.press('Enter');
  expect((await drawn(page)).indexOf('road')).toBeLessThan((await drawn(page)).indexOf('building'));
  await page.getByTestId('group-up-ground').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('group-up-ground')).toBeFocused();
  expect((await drawn(page)).slice(-4)).toEqual(['county', 'street', 'community', 'grid']);
  await page
    .getByTestId('layer-case')
    .locator('.layer-line')
    .dragTo(page.getByTestId('layer-component').locator('.layer-line'));
  expect((await drawn(page)).slice(0, 2)).toEqual(['component', 'case']);
  expect(await namesOnTop(page)).toBe(true);

  const slider = page.getByTestId('layer-road').getByRole('slider');
  await slider.focus();
  for (let step = 0; step < 8; step += 1) await page.keyboard.press('ArrowLeft');
  await expect(page.getByTestId('layer-road').locator('output')).toHaveText('60%');
  expect(await paint(page, 'road-primary', 'line-opacity')).toBe(0.6);
  expect(await paint(page, 'building-flat', 'fill-opacity')).toEqual([
    'interpolate',
    ['exponential', 1.5],
    ['zoom'],
    12,
    0.55,
    14.5,
    1,
  ]);
  await expect(page).toHaveURL(/order=component\.case\.organisation/);
  await expect(page).toHaveURL(/opacity=road\.60/);

  const other = await context.newPage();
  await open(other, page.url());
  expect(await drawn(other)).toEqual(await drawn(page));
  expect(await paint(other, 'road-primary', 'line-opacity')).toBe(0.6);

  await page.getByTestId('layers-reset').click();
  await expect(page).not.toHaveURL(/order=|opacity=/);
  expect((await drawn(page)).slice(0, 2)).toEqual(['case', 'component']);
  expect(await paint(page, 'road-primary', 'line-opacity')).toBeUndefined();
});

test('a layer is found by its name', async ({ page }) => {
  await open(page);
  await page.getByTestId('layers-search').fill('建');
  await expect(page.getByTestId('layer-toggle-building')).toBeVisible();
  await expect(page.getByTestId('layer-toggle-road')).toBeHidden();
  await page.getByTestId('layers-search').fill('roads');
  await expect(page.getByTestId('layer-toggle-road')).toBeVisible();
  await page.getByTestId('layers-search').fill('xyz');
  await expect(page.locator('.layers .nothing')).toBeVisible();
});

test('a saved view brings the order and the opacity back', async ({ page }) => {
  await open(
    page,
    `/map?${BARE}&order=case.component.organisation.person.county.street.community.grid.road.building&opacity=road.40&tab=saved`,
  );
  const name = `次序 ${Date.now()}`;
  await page.getByTestId('save-view-name').fill(name);
  await page.getByTestId('save-view').click();
  const kept = page.getByTestId('saved-views').getByRole('button').filter({ hasText: name });
  await expect(kept.first()).toBeVisible();
  await open(page);
  await page.getByTestId('planner-saved').click();
  await kept.first().click();
  await expect(page.getByTestId('map')).toHaveAttribute('data-ready', 'true', { timeout: 60_000 });
  await expect.poll(async () => (await drawn(page)).slice(-2)).toEqual(['road', 'building']);
  await expect.poll(() => paint(page, 'road-primary', 'line-opacity')).toBe(0.4);
  await page.getByTestId('planner-saved').click();
  await page
    .getByRole('button', { name: new RegExp(`${name}$`) })
    .last()
    .click();
});

test('a place tells everything that the visible layers have there', async ({ page }) => {
  const [lon, lat, people] = (
    await sql(
      `select ST_X(geom), ST_Y(geom), count(*) from layer.person group by geom order by count(*) desc, 1 limit 1`,
    )
  ).split('|');
  await open(page, `/map?at=${lon},${lat},18&hide=case,organisation,component`);
  await page.getByTestId('tool-identify').click();
  const { x, y } = await middle(page);
  await page.mouse.click(x, y);
  const found = page.getByTestId('identified');
  await expect(found).toHaveAttribute('data-count', /^\d+$/);
  const shown = page.getByTestId('identified-person');
  const near = await count(
    `select count(*) from layer.person where ST_DWithin(geom::geography, ST_Point(${lon}, ${lat}, 4326)::geography, 1.5)`,
  );
  expect(near).toBeGreaterThanOrEqual(Number(people));
  expect(Number(await shown.locator('h3 small').textContent())).toBeGreaterThanOrEqual(Number(people));
  await expect(page.getByTestId('identified-building')).toBeVisible();
  await expect(page.getByTestId('identified-case')).toBeHidden();
  expect(await shown.getByRole('listitem').count()).toBeLessThanOrEqual(8 + 3);
  await faultless(page, { within: ['.tool-card'] });

  await shown.locator('ul button').first().click();
  await expect(page.getByTestId('details')).toContainText('性别');
  await found.locator('.path button').last().click();
  await expect(page).toHaveURL(/region=\d+/);
});

test('the middle of the map is identified by a key', async ({ page }) => {
  const [lon, lat] = (
    await sql(
      `select ST_X(p), ST_Y(p) from building cross join lateral ST_PointOnSurface(geom) p order by floor_area desc limit 1`,
    )
  ).split('|');
  await open(page, `/map?at=${lon},${lat},17&${BARE}`);
  await page.locator('canvas.maplibregl-canvas').first().focus();
  await page.keyboard.press('i');
  await expect(page.getByTestId('identified-building')).toBeVisible();
  await expect(page.getByTestId('identify-panel').getByRole('heading', { level: 2 })).toBeFocused();
});

test('a distance is measured as PostGIS does, live and until it is cleared', async ({ page }) => {
  await open(page, `/map?at=114.93,27.81,14&${BARE}`);
  await page.getByTestId('tool-measure').click();
  await expect(page.getByTestId('map')).toHaveAttribute('data-tool', 'distance');
  const { x, y } = await middle(page);
  const points: [number, number][] = [
    [x, y - 60],
    [x + 140, y + 40],
    [x + 60, y + 180],
  ];
  for (const [px, py] of points) {
    await page.mouse.move(px - 8, py, { steps: 3 });
    await page.mouse.move(px, py);
    await page.mouse.click(px, py);
    await page.waitForTimeout(350);
  }
  await expect(page.getByTestId('measure-live')).toBeVisible();
  await page.keyboard.press('Enter');
  const result = page.getByTestId('measured-0');
  if (!(await result.isVisible())) await page.mouse.click(...(points[2] as [number, number]));
  await expect(result).toBeVisible();
  const places = await page.evaluate(
    (at) =>
      at.map(([px, py]) => {
        const map = window.__gridhall?.map;
        const box = map?.getContainer().getBoundingClientRect();
        return map?.unproject([px - (box?.left ?? 0), py - (box?.top ?? 0)]).toArray() ?? [0, 0];
      }),
    points,
  );
  const exact = Number(
    await sql(`select ST_Length('LINESTRING(${places.map(([lon, lat]) => `${lon} ${lat}`).join(',')})'::geography)`),
  );
  expect(Math.abs(Number(await result.getAttribute('data-length')) / exact - 1)).toBeLessThan(1e-4);
  await result.locator('summary').click();
  await expect(result.locator('details li')).toHaveCount(2);
  await page.getByTestId('measured-0-copy').click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^总长\t[\d.,]+ 公里\n第 1 段/);
  await page.keyboard.press('Escape');
  await expect(result).toBeVisible();
  await faultless(page, { within: ['.tool-card'] });
  await page.getByTestId('measure-clear').click();
  await expect(result).toBeHidden();
});

test('an area is measured by keyboard, in every unit, as PostGIS does', async ({ page }) => {
  await open(page, `/map?at=114.93,27.81,14&${BARE}`);
  await page.getByTestId('tool-measure').click();
  await page.getByTestId('measure-kind').getByText('面积').click();
  const places: [number, number][] = [
    [114.93, 27.81],
    [114.95, 27.81],
    [114.95, 27.83],
    [114.92, 27.82],
  ];
  for (const [lon, lat] of places) {
    await page.evaluate(([x, y]) => void window.__gridhall?.map.jumpTo({ center: [x ?? 0, y ?? 0] }), [lon, lat]);
    await page.getByTestId('measure-centre').focus();
    await page.keyboard.press('Enter');
  }
  await page.getByTestId('measure-done').focus();
  await page.keyboard.press('Enter');
  const result = page.getByTestId('measured-0');
  const ring = [...places, places[0]].map((at) => at?.join(' ')).join(',');
  const [area, perimeter] = (
    await sql(`select ST_Area(g), ST_Perimeter(g) from (select 'POLYGON((${ring}))'::geography g) t`)
  )
    .split('|')
    .map(Number);
  expect(Math.abs(Number(await result.getAttribute('data-area')) / (area ?? 1) - 1)).toBeLessThan(1e-6);
  expect(Number(await result.getAttribute('data-length'))).toBeCloseTo(perimeter ?? 0, 2);
  for (const unit of ['平方米', '公顷', '平方公里', '亩']) await expect(result.locator('.units')).toContainText(unit);
});

test('the formulas of the readout are those of the server', async ({ page }) => {
  for (let at = 0; at < 40; at += 1) {
    const [lon, lat] = [73.6 + Math.random() * 62, 18 + Math.random() * 35];
    const answer = await page.request.get(`/api/coordinates?lon=${lon}&lat=${lat}`);
    const place = (await answer.json()) as {
      gcj02: { lon: number; lat: number };
      gauss_kruger: { zone: number; northing: number; easting: number };
    };
    const [x, y] = gcj02(lon, lat);
    expect(Math.abs(x - place.gcj02.lon) + Math.abs(y - place.gcj02.lat)).toBeLessThan(3e-9);
    const zone = zoneOf(lon) ?? 0;
    expect(zone).toBe(place.gauss_kruger.zone);
    const [northing, easting] = gaussKruger(lon, lat, zone);
    expect(
      Math.abs(northing - place.gauss_kruger.northing) + Math.abs(easting - place.gauss_kruger.easting),
    ).toBeLessThan(1e-3);
  }
});

test('coordinates are read under the pointer, copied, and gone to in every system', async ({ page }) => {
  await open(page, `/map?at=114.93,27.81,15&${BARE}`);
  await expect(page.getByTestId('readout')).toHaveText('114.930000, 27.810000');
  const { x, y } = await middle(page);
  await page.mouse.move(x, y - 200);
  await expect(page.getByTestId('readout')).not.toHaveText(/27\.810000/);
  await page.getByTestId('readout-take').click();
  await expect(page.getByTestId('in-wgs84')).toHaveText('114.9300000, 27.8100000');
  await expect(page.getByTestId('in-gk')).toHaveText('X 3077733.338, Y 38591638.773');
  const shifted = await page.getByTestId('in-gcj02').textContent();
  await page.getByTestId('copy-gk').click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('X 3077733.338, Y 38591638.773');
  await faultless(page, { within: ['.tool-card'] });

  const go = async (system: RegExp, text: string) => {
    await page.evaluate(() => void window.__gridhall?.map.jumpTo({ center: [114.5, 27.6] }));
    await page.getByTestId('go-system').click();
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: system }).click();
    await page.getByTestId('go-text').fill(text);
    await page.keyboard.press('Enter');
    await expect
      .poll(() =>
        page.evaluate(() =>
          window.__gridhall?.map
            .getCenter()
            .toArray()
            .map((value) => value.toFixed(5))
            .join(' '),
        ),
      )
      .toBe('114.93000 27.81000');
  };
  await go(/^GCJ-02$/, shifted ?? '');
  await go(/高斯/, '3077733.338, 38591638.773');
  await go(/高斯/, 'Y=591638.773 X=3077733.338');
  await go(/^WGS 84$/, '114.93 27.81');
  await page.getByTestId('go-text').fill('不是坐标');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('coordinates-panel').getByRole('alert')).toBeVisible();
});

test('two maps stand side by side, in step, with a divider for mouse and keyboard', async ({ page }) => {
  await open(page, `/map?${BARE}`);
  await page.getByTestId('tool-swipe').click();
  const swipe = page.getByTestId('swipe');
  await expect(swipe).toHaveAttribute('data-drawn', 'true', { timeout: 60_000 });
  const divider = page.getByTestId('swipe-divider');
  await divider.focus();
  await page.keyboard.press('ArrowRight');
  await expect(divider).toHaveAttribute('aria-valuenow', '52');
  const box = await divider.boundingBox();
  if (!box) throw new Error('no divider');
  await page.mouse.move(box.x + box.width / 2, box.y + 500);
  await page.mouse.down();
  await page.mouse.move(900, box.y + 500, { steps: 4 });
  await page.mouse.up();
  const whole = await page.getByTestId('map').boundingBox();
  await expect(divider).toHaveAttribute(
    'aria-valuenow',
    String(Math.round(((900 - (whole?.x ?? 0)) / (whole?.width ?? 1)) * 100)),
  );
  await page.keyboard.press('Home');
  await expect(divider).toHaveAttribute('aria-valuenow', '5');
  // The panels stay above the right map.
  await page.getByTestId('planner-saved').click();
  await page.getByTestId('swipe-figure').click();
  await page.locator('.ant-select-item-option').filter({ hasText: '上报事件' }).click();
  await expect(page.getByTestId('swipe-panel').getByTestId('choropleth-legend').locator('li').first()).toBeVisible();
  await page.getByTestId('swipe-face').getByText('夜间').click();
  await expect(swipe).toHaveAttribute('data-drawn', 'true', { timeout: 60_000 });
  await faultless(page, { within: ['.tool-card'] });
  // The address brings both maps back.
  await expect(page).toHaveURL(/swipe=dark,reported,street,30/);
  await page.reload();
  await expect(swipe).toHaveAttribute('data-drawn', 'true', { timeout: 60_000 });
  await expect(page.getByTestId('swipe-figure')).toContainText('上报事件');
  await page.getByTestId('tool-swipe').click();
  await expect(swipe).toBeHidden();
  await expect(page).not.toHaveURL(/swipe/);
});

test('the map is printed as a PDF of the paper that was chosen, at its scale', async ({ page }) => {
  test.setTimeout(240_000);
  await open(page, `/map?at=114.93,27.81,13&${BARE}`);
  await page.getByTestId('tool-print').click();
  const dialog = page.getByTestId('print-dialog');
  await expect(dialog).toHaveAttribute('data-busy', 'false', { timeout: 90_000 });
  await page.getByTestId('print-heading').fill('抱石公园周边');
  await page.getByTestId('print-orientation').getByText('纵向').click();
  await page.getByTestId('print-scale').click();
  await page
    .locator('.ant-select-item-option')
    .filter({ hasText: /^1 : 10,000$/ })
    .click();
  await expect(dialog).toHaveAttribute('data-busy', 'true');
  await expect(dialog).toHaveAttribute('data-busy', 'false', { timeout: 90_000 });
  await expect(page.getByTestId('print-save')).toBeEnabled();
  await faultless(page, { within: ['.print-dialog'] });
  const waiting = page.waitForEvent('download', { timeout: 120_000 });
  await page.getByTestId('print-save').click();
  const download = await waiting;
  expect(download.suggestedFilename()).toMatch(/^抱石公园周边_\d{4}-\d\d-\d\d\.pdf$/);
  const bytes = await readFile(await download.path());
  const text = bytes.toString('latin1');
  expect(text.startsWith('%PDF-1.4')).toBe(true);
  expect(text).toContain('/MediaBox[0 0 595.28 841.89]');
  expect(text).toContain('/Width 1654/Height 2339');
  expect(bytes.length).toBeGreaterThan(100_000);
});

test('on a phone the tools are at hand, and the page does not grow wider', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, `/map?at=114.93,27.81,15&${BARE}`);
  await page.getByTestId('tool-coordinates').click();
  await page.getByTestId('place-centre').click();
  await expect(page.getByTestId('in-wgs84')).toBeVisible();
  await page.getByTestId('coordinates-panel').getByRole('button', { name: /^关闭/ }).click();
  await page.getByTestId('tool-measure').click();
  await expect(page.getByTestId('measure-panel')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await settled(page);
});
