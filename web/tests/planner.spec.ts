import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { readSheet } from 'read-excel-file/node';
import { agrees, expect, figure, middle, open, settled, test } from './desk';
import { faultless } from './faultless';
import { count, sql } from './support';

test.use({ shared: true });

/** The middle of the community with the most buildings. */
async function crowd(): Promise<string> {
  const row = await sql(`select ST_X(p), ST_Y(p) from region cross join lateral ST_Centroid(geom) p
    where level = 4 and valid_to is null order by (select count(*) from building where region / 1000 = code / 1000) desc limit 1`);
  return row.replace('|', ',');
}

/** What PostGIS counts in the polygon that the page says it counts. */
async function counted(page: Page) {
  await page.waitForFunction(() => window.__gridhall?.area() != null);
  const area = await page.evaluate(() => JSON.stringify(window.__gridhall?.area()));
  const drawn = `ST_SetSRID(ST_GeomFromGeoJSON('${area}'), 4326)`;
  return {
    drawn,
    people: await count(`select count(*) from layer.person where ST_Contains(${drawn}, geom)`),
    buildings: await count(`select count(*) from building where ST_Contains(${drawn}, ST_Centroid(geom))`),
    cases: await count(`select count(*) from case_record where ST_Contains(${drawn}, geom)`),
  };
}

async function shown(page: Page) {
  return {
    people: await figure(page, 'people'),
    buildings: await figure(page, 'buildings'),
    cases: await figure(page, 'cases'),
  };
}

async function click(page: Page, steps: readonly (readonly [number, number])[]): Promise<void> {
  const { x, y } = await middle(page);
  for (const [dx, dy] of steps) {
    await page.mouse.move(x + dx, y + dy, { steps: 4 });
    await page.mouse.click(x + dx, y + dy);
  }
}

/** Downloads by a menu; gives the file. */
async function download(page: Page, menu: string, item: string): Promise<{ name: string; bytes: Buffer }> {
  await page.getByTestId(menu).click();
  const [file] = await Promise.all([
    page.waitForEvent('download', { timeout: 60_000 }),
    page.getByTestId(`download-${item}`).click(),
  ]);
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

test('a polygon gives the figures of SQL, and the workbook holds them', async ({ page }) => {
  await open(page, `/map?at=${await crowd()},14.5`);
  await page.getByTestId('draw-polygon').click();
  await expect(page.getByTestId('map')).toHaveAttribute('data-tool', 'polygon');
  await click(page, [
    [-200, -150],
    [170, -190],
    [230, 80],
    [10, 200],
  ]);
  await page.keyboard.press('Enter');
  await agrees(page, (await counted(page)).drawn);
  const { people, buildings, cases } = await shown(page);

  const { name, bytes } = await download(page, 'download-area', 'xlsx');
  expect(name).toMatch(/^所画区域_\d{4}-\d{2}-\d{2}\.xlsx$/);
  const rows = await readSheet(bytes, 1);
  const cell = (title: string) => rows.find((row) => row[0] === title)?.[1];
  expect(rows[0]).toEqual(['指标', '所画区域']);
  expect({ people: cell('人口'), buildings: cell('建筑'), cases: cell('事件') }).toEqual({ people, buildings, cases });
  const uses = (await readSheet(bytes, 3)).filter((row) => row[0] === '建筑用途（栋）');
  expect(uses.reduce((sum, row) => sum + Number(row[3]), 0)).toBe(buildings);

  const csv = (await download(page, 'download-area', 'csv')).bytes.toString('utf8');
  expect(csv).toContain(`概况,,人口,${people}\n`);
  const geojson = JSON.parse((await download(page, 'download-area', 'geojson')).bytes.toString('utf8')) as {
    features: { properties: { people: number } }[];
  };
  expect(geojson.features.map(({ properties }) => properties.people)).toEqual([people]);
});

test('a corridor is as wide as asked and counted as PostGIS counts it', async ({ page }) => {
  await open(page, `/map?at=${await crowd()},14.5`);
  await page.getByTestId('draw-corridor').click();
  await expect(page.getByTestId('map')).toHaveAttribute('data-tool', 'corridor');
  await page.getByTestId('hint-width').fill('300');
  await page.keyboard.press('Tab');
  await click(page, [
    [-220, -60],
    [0, 40],
    [180, -80],
  ]);
  await page.keyboard.press('Enter');
  const first = await counted(page);
  expect(first.buildings).toBeGreaterThan(0);
  await agrees(page, first.drawn);
  const width = async () =>
    Number(
      await sql(
        `select 2 * ST_Area(${(await counted(page)).drawn}::geography) / ST_Perimeter(${(await counted(page)).drawn}::geography)`,
      ),
    );
  expect(await width()).toBeGreaterThan(230);
  expect(await width()).toBeLessThan(300);

  await page.getByTestId('corridor-width').fill('600');
  await page.keyboard.press('Tab');
  await expect.poll(width).toBeGreaterThan(400);
  const second = await counted(page);
  await agrees(page, second.drawn);
  expect(second.buildings).toBeGreaterThan(first.buildings);
});

test('several regions are chosen on the map and counted as one', async ({ page }) => {
  await open(page, `/map?at=${await crowd()},12.2`);
  await page.getByTestId('choose-regions').click();
  await settled(page);
  await click(page, [
    [-120, -20],
    [130, 30],
  ]);
  const picker = page.getByTestId('region-picker');
  await expect(picker.getByRole('listitem')).toHaveCount(3);
  const chosen = () =>
    page.evaluate(
      () =>
        new URLSearchParams(location.search)
          .get('regions')
          ?.split('-')
          .map((code) => Math.round(Number(code.replace('g', '.')) * 1000)) ?? [],
    );
  await expect.poll(async () => (await chosen()).length).toBe(2);
  const codes = await chosen();
  const within = codes
    .map((code) => `region between ${code} and ${code + (code % 1_000_000 === 0 ? 999_999 : 999)}`)
    .join(' or ');
  await expect.poll(() => figure(page, 'people')).toBe(await count(`select count(*) from person where ${within}`));
  expect(await figure(page, 'cases')).toBe(await count(`select count(*) from case_record where ${within}`));
  await picker.getByRole('button', { name: '全部清除' }).click();
  await expect(picker).toBeHidden();
});

test('areas are outlined without a mouse', async ({ page }) => {
  const at = await crowd();
  await open(page, `/map?at=${at},14`);
  await page.getByTestId('by-coordinates').focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: '圈定区域' });
  await dialog.getByText('圆', { exact: true }).click();
  await dialog.getByTestId('coordinates').fill('somewhere');
  await dialog.getByRole('button', { name: '圈定' }).click();
  await expect(dialog.getByRole('alert')).toContainText('坐标有误');
  await dialog.getByTestId('coordinates').fill(at);
  await dialog.getByRole('button', { name: '圈定' }).click();
  await expect(dialog).toBeHidden();
  await agrees(page, (await counted(page)).drawn);
});

test('a choropleth is coloured by the values of SQL, and a range of them filters it', async ({ page }) => {
  await open(page);
  await page.getByTestId('planner-choropleth').click();
  const panel = page.getByTestId('choropleth-panel');
  await page.getByTestId('choropleth-on').click();
  await panel.getByText('街道', { exact: true }).click();
  await panel.getByTestId('choropleth-figure').click();
  await page
    .locator('.ant-select-item-option')
    .filter({ hasText: /^建筑$/ })
    .click();
  const legend = page.getByTestId('choropleth-legend');
  await expect(legend).toContainText('建筑');
  const byStreet = (
    await sql(`select code, (select count(*) from building where region / 1000000 = code / 1000000)
    from region where level = 3 and valid_to is null order by code`)
  )
    .split('\n')
    .map((row) => row.split('|').map(Number) as [number, number]);
  const values = new Map(byStreet);
  const states = () =>
    page.evaluate(
      (codes) =>
        codes.map((id) =>
          Number(
            window.__gridhall?.map.getFeatureState({ source: 'street', sourceLayer: 'street', id })['class'] ?? -9,
          ),
        ),
      byStreet.map(([code]) => code),
    );
  await expect.poll(async () => (await states()).every((state) => state >= 0)).toBe(true);

  // Classes rise with the values, and the legend counts them.
  const pairs = (await states()).map((state, index) => ({ state, value: values.get(byStreet[index]?.[0] ?? 0) ?? 0 }));
  for (const a of pairs) for (const b of pairs) if (a.state < b.state) expect(a.value).toBeLessThan(b.value);
  const inLegend = await legend.locator('li[data-class] small').allTextContents();
  expect(inLegend.map(Number)).toEqual(inLegend.map((_, index) => pairs.filter(({ state }) => state === index).length));
  const best = [...values.values()].sort((a, b) => b - a)[0] ?? 0;
  await expect(panel.locator('.ranked li').first()).toContainText(best.toLocaleString('zh-CN'));

  // The upper half of the axis, by keyboard.
  const low = panel.getByRole('slider', { name: '范围下限' });
  await low.focus();
  for (let step = 0; step < 12; step += 1) await page.keyboard.press('ArrowRight');
  const kept = async () => (await states()).filter((state) => state >= 0).length;
  await expect.poll(kept).toBeLessThan(pairs.length);
  await expect(panel.getByTestId('in-range')).toContainText(String(await kept()));
  await expect(page).toHaveURL(/range=/);
  const address = page.url();
  await panel.getByRole('button', { name: '显示全部' }).click();
  await expect.poll(kept).toBe(pairs.length);

  // The same by dragging over the bars.
  const bars = await panel.getByTestId('histogram').locator('svg').boundingBox();
  if (!bars) throw new Error('the histogram has no place');
  await page.mouse.move(bars.x + bars.width * 0.5, bars.y + 40);
  await page.mouse.down();
  await page.mouse.move(bars.x + bars.width - 2, bars.y + 40, { steps: 6 });
  await page.mouse.up();
  await expect.poll(kept).toBeLessThan(pairs.length);

  // The address brings it back.
  await open(page, address);
  await expect(page.getByTestId('choropleth-legend')).toContainText('不在所选范围');
  const { bytes } = await download(page, 'download-table', 'table-xlsx');
  const rows = (await readSheet(bytes, 1)).slice(1);
  expect(rows.map((row) => row[3])).toEqual(byStreet.map(([code]) => values.get(code) ?? 0));
});

test('own classes are the bounds that were written', async ({ page }) => {
  await open(page, '/map?figure=people&level=street&method=own&bounds=100,1000&classes=5&tab=choropleth');
  const legend = page.getByTestId('choropleth-legend');
  await expect(legend.locator('li[data-class]')).toHaveCount(3);
  await expect(legend).toContainText('101 – 1,000');
  const bounds = page.getByTestId('own-bounds');
  await bounds.fill('500, 50');
  await page.keyboard.press('Enter');
  await expect(bounds).toHaveAttribute('aria-invalid', 'true');
  await bounds.fill('500');
  await page.keyboard.press('Enter');
  await expect(legend.locator('li[data-class]')).toHaveCount(2);
});

test('areas stand side by side with the figures of SQL', async ({ page }) => {
  const streets = (
    await sql(`select code from region where level = 3 and valid_to is null
    order by (select count(*) from building where region / 1000000 = code / 1000000) desc limit 4`)
  )
    .split('\n')
    .map(Number);
  const [first = 0, ...others] = streets;
  await open(page, `/map?region=${first}&${others.map((code) => `with=r${code / 1000}`).join('&')}`);
  await page.getByTestId('add-compare').click();
  await expect(page.getByTestId('add-compare')).toBeDisabled();
  await page.getByTestId('planner-compare').click();
  const people = page.getByTestId('compare-table').locator('td[data-fact="people"]');
  await expect(people).toHaveCount(4);
  for (const [index, code] of [...others, first].entries()) {
    await expect(people.nth(index)).toHaveAttribute(
      'data-value',
      String(await count(`select count(*) from person where region between ${code} and ${code + 999_999}`)),
    );
  }
  await expect(page.getByTestId('compare-panel').getByRole('img', { name: /^对比/ })).toBeVisible();
  await page
    .getByRole('button', { name: /^移出对比/ })
    .first()
    .click();
  await expect(people).toHaveCount(3);

  await page.getByTestId('compare-panel').getByText('对比两个时段').click();
  const reported = page.getByTestId('period-table').locator('td[data-fact="reported"]');
  const from = `date_trunc('day', now() at time zone 'Asia/Shanghai') at time zone 'Asia/Shanghai'`;
  const expected = await count(`select count(*) from case_record where region between ${first} and ${first + 999_999}
    and reported_at >= ${from} - interval '59 days' and reported_at < ${from} - interval '29 days'`);
  await expect(reported).toHaveText(expected.toLocaleString('zh-CN'));
});

test('an area is saved, found again and deleted; a view brings everything back', async ({ page }) => {
  const name = `测试 ${Date.now()}`;
  await open(page, `/map?at=${await crowd()},14.5`);
  await page.getByTestId('draw-circle').click();
  await expect(page.getByTestId('map')).toHaveAttribute('data-tool', 'circle');
  await click(page, [
    [0, 0],
    [160, 30],
  ]);
  await counted(page);
  const before = await page.evaluate(() => JSON.stringify(window.__gridhall?.area()));
  await page.getByTestId('planner-saved').click();
  await page.getByTestId('save-area-name').fill(name);
  await page.getByTestId('save-area').click();
  const item = page.getByTestId('saved-areas').getByRole('button', { name, exact: false }).first();
  await expect(item).toBeVisible();

  await open(page);
  expect(await page.evaluate(() => window.__gridhall?.area())).toBeNull();
  await page.getByTestId('planner-saved').click();
  await item.click();
  await expect.poll(() => page.evaluate(() => JSON.stringify(window.__gridhall?.area() ?? null))).toBe(before);
  await page.getByTestId('add-compare').click();
  await page.getByTestId('planner-compare').click();
  await expect(page.getByTestId('compare-panel')).toContainText(name);
  await page.getByTestId('planner-saved').click();
  await page.getByTestId('save-view-name').fill(name);
  await page.getByTestId('save-view').click();
  const view = page.getByTestId('saved-views').getByRole('button', { name, exact: false }).first();
  await expect(view).toBeVisible();
  await open(page);
  await page.getByTestId('planner-saved').click();
  await view.click();
  await expect(page).toHaveURL(/area=/);
  await expect(page.getByTestId('map')).toHaveAttribute('data-ready', 'true', { timeout: 60_000 });
  await page.getByTestId('planner-saved').click();
  for (const list of ['saved-areas', 'saved-views']) {
    await page
      .getByTestId(list)
      .getByRole('button', { name: `删除 ${name}` })
      .click();
    await expect(page.getByRole('button', { name: `删除 ${name}` })).toHaveCount(list === 'saved-areas' ? 1 : 0);
  }
});

test('the map is taken along as a picture and as a page', async ({ page }) => {
  test.setTimeout(180_000);
  await open(page, `/map?figure=density&level=street&classes=5&method=natural`);
  const png = (await download(page, 'download-area', 'png')).bytes;
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.length).toBeGreaterThan(100_000);
  const pdf = (await download(page, 'download-area', 'pdf')).bytes;
  expect(pdf.subarray(0, 8).toString()).toBe('%PDF-1.4');
  expect(pdf.length).toBeGreaterThan(150_000);
});

test('an embedded map is the map alone', async ({ page }) => {
  await open(page, '/map?figure=density&level=street&classes=5&method=natural&embed=1');
  await expect(page.getByTestId('choropleth-legend')).toBeVisible();
  for (const gone of [
    page.getByTestId('search-input'),
    page.getByTestId('area-panel'),
    page.getByTestId('draw-polygon'),
  ])
    await expect(gone).toBeHidden();
  await expect(page.getByRole('link', { name: '在格厅中打开' })).toHaveAttribute(
    'href',
    /^(?!.*embed=1).*figure=density/,
  );
});

test('the planner has no serious fault of accessibility, and is gone through by keyboard', async ({ page }) => {
  await open(page, '/map?figure=density&level=street&classes=5&method=natural&with=r360502001000&with=r360502002000');
  await page.getByTestId('planner-statistics').focus();
  for (const tab of ['compare', 'choropleth', 'saved']) {
    await page.keyboard.press('ArrowRight');
    await expect(page.getByTestId(`planner-${tab}`)).toBeFocused();
    await expect(page.getByTestId(`${tab}-panel`)).toBeVisible();
    await faultless(page, { about: tab });
  }
});
