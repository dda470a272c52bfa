import { expect, middle, open, test } from './desk';
import { count, sql } from './support';

test.use({ shared: true });

const ONLY_REGIONS = 'hide=case,organisation,component,person';

test('the city is drawn', async ({ page }) => {
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.message));
  await open(page);
  const drawn = await page.evaluate(
    () =>
      new Promise<{ colours: number; sources: string[] }>((resolve) => {
        const map = window.__gridhall?.map;
        map?.once('render', () => {
          const copy = document.createElement('canvas');
          copy.width = 200;
          copy.height = 120;
          const context = copy.getContext('2d');
          context?.drawImage(map.getCanvas(), 0, 0, copy.width, copy.height);
          const pixels = new Uint32Array(
            context?.getImageData(0, 0, copy.width, copy.height).data.buffer ?? new ArrayBuffer(0),
          );
          resolve({
            colours: new Set(pixels).size,
            sources: [...new Set(map.queryRenderedFeatures().map((feature) => feature.source))],
          });
        });
        map?.triggerRepaint();
      }),
  );
  expect(drawn.colours).toBeGreaterThan(100);
  expect(drawn.sources).toEqual(expect.arrayContaining(['county', 'street', 'road', 'case', 'region-label']));
  expect(failures).toEqual([]);
});

test('a click on a grid tells its name, its path and what it holds', async ({ page }) => {
  const row = await sql(`select r.code, r.name, c.name, ST_X(p), ST_Y(p) from region r
    join region c on c.code = r.parent and c.valid_to is null
    cross join lateral ST_PointOnSurface(r.geom) p
    where r.level = 5 and r.valid_to is null
    order by (select count(*) from person where region = r.code) desc limit 1`);
  const [code, name, community, lon, lat] = row.split('|');
  await open(page, `/map?at=${lon},${lat},16&${ONLY_REGIONS}`);
  const { x, y } = await middle(page);
  await page.mouse.click(x, y);
  const panel = page.getByTestId('area-panel');
  await expect(panel.getByRole('heading', { level: 2 })).toContainText(name ?? '?');
  await expect(panel.getByRole('button', { name: community ?? '?', exact: true })).toBeVisible();
  for (const [stat, table] of [
    ['people', 'person'],
    ['buildings', 'building'],
    ['cases', 'case_record'],
  ] as const) {
    const expected = await count(`select count(*) from ${table} where region = ${code}`);
    await expect(page.getByTestId(`stat-${stat}`)).toHaveAttribute('data-value', String(expected));
  }
});

// From afar its tile says neither its name nor its floors.
for (const zoom of [18, 14.5]) {
  test(`a click on a building tells what it is, at zoom ${zoom}`, async ({ page }) => {
    const row =
      await sql(`select floors, name, ST_X(p), ST_Y(p) from building cross join lateral ST_PointOnSurface(geom) p
      where name <> '' order by floor_area desc limit 1`);
    const [floors, name, lon, lat] = row.split('|');
    await open(page, `/map?at=${lon},${lat},${zoom}&${ONLY_REGIONS}`);
    const { x, y } = await middle(page);
    await page.mouse.click(x, y);
    const details = page.getByTestId('details');
    await expect(details).toContainText('层数');
    for (const said of [floors, name])
      await expect(details.getByText(said ?? '?', { exact: true }).first()).toBeVisible();
    await expect(details.locator('dt').first()).toHaveText('名称');
  });
}

test('a layer is switched off and on, by keyboard too', async ({ page }) => {
  await open(page);
  const shown = () =>
    page.evaluate(() => window.__gridhall?.map.queryRenderedFeatures().some((feature) => feature.source === 'case'));
  const toggle = page.getByTestId('layer-toggle-case');
  await expect(toggle).toBeChecked();
  await toggle.focus();
  await page.keyboard.press('Space');
  await expect(toggle).not.toBeChecked();
  await expect(page).toHaveURL(/hide=[^&]*case/);
  await expect.poll(shown).toBe(false);
  await page.keyboard.press('Space');
  await expect.poll(shown).toBe(true);
});

test('an address that was shared opens the same view', async ({ page, context }) => {
  await open(page);
  await page.getByTestId('layer-toggle-road').click();
  await page.evaluate(() => void window.__gridhall?.map.jumpTo({ center: [114.93, 27.81], zoom: 14.25 }));
  await expect(page).toHaveURL(/at=114\.93000,27\.81000,14\.25/);
  const other = await context.newPage();
  await open(other, page.url());
  const view = await other.evaluate(() => {
    const map = window.__gridhall?.map;
    return { centre: map?.getCenter().toArray(), zoom: map?.getZoom() };
  });
  expect(view.centre?.[0]).toBeCloseTo(114.93, 5);
  expect(view.centre?.[1]).toBeCloseTo(27.81, 5);
  expect(view.zoom).toBeCloseTo(14.25, 2);
  await expect(other.getByTestId('layer-toggle-road')).not.toBeChecked();
  await expect(other.getByTestId('layer-toggle-case')).toBeChecked();
});

test('a street is found by the initials of its pinyin', async ({ page }) => {
  const [name, initials] = (
    await sql(
      `select name, initials from road where name <> '' group by 1, 2 order by max(ST_Length(geom)) desc limit 1`,
    )
  ).split('|');
  await open(page);
  await page.getByTestId('search-input').fill(initials ?? '');
  const found = page
    .locator('.ant-select-item-option')
    .filter({ hasText: name ?? '?' })
    .first();
  await expect(found).toBeVisible();
  await found.click();
  await expect
    .poll(async () => {
      const { lng, lat } = await page.evaluate(() => window.__gridhall?.map.getCenter() ?? { lng: 0, lat: 0 });
      return count(
        `select round(min(ST_Distance(geom::geography, ST_Point(${lng}, ${lat}, 4326)::geography))) from road where name = '${name}'`,
      );
    })
    .toBeLessThan(1_000);
});
