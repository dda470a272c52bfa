import { expect, test } from '@playwright/test';
import { faultless } from './faultless';
import { office, signedIn } from './office';

const at = office();

test('a dispatcher narrows the cases, sees where one is, and opens its record', async ({ browser }) => {
  const page = await signedIn(browser, at, 'dispatcher');
  await page.goto('/');
  await page.getByTestId('home-cases').getByRole('link', { name: /超期/ }).click();
  await expect(page).toHaveURL(/\/cases\?view=overdue/);
  const list = page.getByTestId('cases');
  await expect(list.getByTestId('list-total')).toHaveText(/共 [\d,]+ 条/);
  await page.getByText('全部', { exact: true }).click();
  await expect(page).toHaveURL(/view=all/);
  const all = await list.getByTestId('list-total').textContent();
  await page.goto('/cases');
  await expect(list.getByTestId('list-total')).not.toHaveText(all ?? '');

  // The state of one that is there narrows the list, and the points on the map with it.
  const cells = await list.locator('tbody tr.clickable').first().locator('td').allTextContents();
  await list.getByTestId('filter-status').click();
  const options = page.locator('.ant-select-item-option');
  await expect(options.first()).toBeVisible();
  const offered = await options.allTextContents();
  const state = offered.find((name) => cells.some((cell) => cell.startsWith(name)));
  expect(state, cells.join(' | ')).toBeDefined();
  await options
    .filter({ hasText: state ?? '' })
    .first()
    .click();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/status=/);
  const row = list.locator('tbody tr.clickable').first();
  await row.click();
  const number = (await row.locator('a').textContent()) ?? '';
  const brief = page.getByTestId('case-brief');
  await expect(brief).toHaveAttribute('aria-label', number);
  await expect(page.getByTestId('cases-map').locator('canvas')).toBeVisible();
  await expect(page.getByTestId('cases-map')).not.toHaveAttribute('data-points', '0');
  await faultless(page, { about: 'cases' });

  // Its record, without a reload; Back leads to the list as it was.
  await page.evaluate(() => Object.assign(window, { isSame: true }));
  await brief.getByRole('link', { name: '查看详情' }).click();
  await expect(page.locator('main h1')).toHaveText(number);
  await expect(page.locator('main')).toContainText('责任单位');
  await page.getByRole('tab', { name: '位置' }).click();
  await expect(page.getByTestId('case-place').locator('canvas')).toBeVisible();
  await faultless(page, { about: 'case' });
  await page.goBack();
  await expect(page).toHaveURL(/status=/);
  expect(await page.evaluate(() => 'isSame' in window)).toBe(true);

  // Found by its number from every page.
  await page.keyboard.press('Control+k');
  await page.keyboard.type(number);
  await page.locator('.ant-select-item-option').filter({ hasText: number }).first().click();
  await expect(page.locator('main h1')).toHaveText(number);
  await page.context().close();
});

test('on a phone a worker reads the cases of their grid as cards', async ({ browser }) => {
  const page = await signedIn(browser, at, 'worker', { width: 390, height: 844 });
  await page.goto('/cases?view=all');
  const list = page.getByTestId('cases');
  await expect(list.getByTestId('list-total')).toHaveText(/共 [\d,]+ 条/);
  await expect(list.locator('.ant-card').first()).toContainText('时限情况');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await list.locator('.ant-card a').first().click();
  await expect(page.locator('main h1')).toHaveText(/^S?\d{4,6}-\d+/);
  await faultless(page, { about: 'case on a phone' });
  await page.context().close();
});

test('a figure of the statistics leads to the cases that it counts, in both languages', async ({ browser }) => {
  const page = await signedIn(browser, at, 'leader');
  await page.goto('/cases/statistics?shown=closing');
  const table = page.getByTestId('statistics');
  await expect(table.getByRole('columnheader', { name: '结案率' }).first()).toBeVisible();
  await faultless(page, { about: 'statistics' });
  // From the county down to its streets.
  await table.getByRole('button', { name: '渝水区' }).click();
  await expect(page).toHaveURL(/region=360502000000000/);
  await expect(table.getByRole('button', { name: /街道|镇|乡/ }).first()).toBeVisible();
  const total = table.locator('tfoot td').nth(2).getByRole('link').last();
  const count = (await total.textContent()) ?? '';
  expect(Number(count.replaceAll(',', ''))).toBeGreaterThan(0);
  await total.click();
  await expect(page).toHaveURL(/\/cases\?.*tally=need_close/);
  await expect(page.getByTestId('list-total')).toHaveText(`共 ${count} 条`);
  await expect(page.getByTestId('filter-tally')).toHaveText(/^统计所计的事件：/);
  await page.goBack();
  await page.getByTestId('stat-shown').getByText('环节用时').click();
  await expect(table.getByRole('columnheader', { name: '处置' }).first()).toBeVisible();
  await page.getByTestId('stat-by').getByText('按大类').click();
  await expect(page).toHaveURL(/by=major/);
  await page.getByRole('button', { name: /English/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Case statistics' })).toBeVisible();
  await expect(table.getByRole('columnheader', { name: 'Handle' }).first()).toBeVisible();
  await page.context().close();
});
