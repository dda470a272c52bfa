import type { Page } from '@playwright/test';
import { agrees, expect, figure, middle, open, test } from './desk';
import { count, sql } from './support';

test.use({ shared: true });

async function crowd(): Promise<string> {
  const row = await sql(`select ST_X(p), ST_Y(p) from region cross join lateral ST_Centroid(geom) p
    where level = 4 and valid_to is null order by (select count(*) from building where region / 1000 = code / 1000) desc limit 1`);
  return row.replace('|', ',');
}

/** The figures on the page against PostGIS, on the geometry that the page says it drew. */
async function compare(page: Page): Promise<void> {
  await page.waitForFunction(() => window.__gridhall?.area() != null);
  const area = await page.evaluate(() => JSON.stringify(window.__gridhall?.area()));
  const drawn = `ST_SetSRID(ST_GeomFromGeoJSON('${area}'), 4326)`;
  await expect(page.getByTestId('area-panel')).toContainText('所画区域');
  await agrees(page, drawn);
  expect(await figure(page, 'buildings')).toBeGreaterThan(0);
}

test('a polygon drawn by mouse is counted as PostGIS counts it', async ({ page }) => {
  await open(page, `/map?at=${await crowd()},14.5`);
  await page.getByTestId('draw-polygon').click();
  await expect(page.getByTestId('map')).toHaveAttribute('data-tool', 'polygon');
  const { x, y } = await middle(page);
  for (const [dx, dy] of [
    [-220, -160],
    [180, -200],
    [240, 90],
    [20, 210],
    [-90, 40],
  ] as const) {
    await page.mouse.move(x + dx, y + dy, { steps: 4 });
    await page.mouse.click(x + dx, y + dy);
  }
  await page.keyboard.press('Enter');
  await compare(page);
});

test('a circle drawn by mouse is counted as PostGIS counts it, and the address brings it back', async ({
  page,
  context,
}) => {
  await open(page, `/map?at=${await crowd()},14.5`);
  await page.getByTestId('draw-circle').click();
  await expect(page.getByTestId('map')).toHaveAttribute('data-tool', 'circle');
  const { x, y } = await middle(page);
  await page.mouse.click(x, y);
  await page.mouse.move(x + 200, y + 40, { steps: 8 });
  await page.mouse.click(x + 200, y + 40);
  await compare(page);
  const buildings = await figure(page, 'buildings');
  await expect(page).toHaveURL(/area=/);
  const other = await context.newPage();
  await open(other, page.url());
  await expect(other.getByTestId('stat-buildings')).toHaveAttribute('data-value', String(buildings));
});

test('the figures stand in a table too', async ({ page }) => {
  await open(page);
  await page.getByTestId('area-panel').getByText('表格').click();
  const ages = page.getByRole('table', { name: '年龄与性别' });
  await expect(ages).toBeVisible();
  const cells = await ages.locator('tbody td').allTextContents();
  const people = cells.reduce((sum, cell) => sum + Number(cell.replaceAll(',', '')), 0);
  expect(people).toBe(await count('select count(*) from person where sex in (1, 2)'));
});

test('figures that did not come are told, and asked for again', async ({ page }) => {
  const problem = {
    type: 'about:blank',
    title: '暂时不可用',
    status: 503,
    detail: '数据库正在恢复。',
    request_id: 'test',
  };
  let broken = true;
  await page.route('**/api/areas/statistics', (route) =>
    broken
      ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) })
      : route.continue(),
  );
  await open(page);
  const panel = page.getByTestId('area-panel');
  await expect(panel.getByRole('alert')).toContainText('数据库正在恢复。');
  broken = false;
  await panel.getByRole('button', { name: '重试' }).click();
  expect(await figure(page, 'people')).toBe(await count('select count(*) from person'));
});
