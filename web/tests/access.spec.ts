import { expect, open, test } from './desk';
import { faultless } from './faultless';
import { server } from './support';

test.use({ shared: true });

test('the desk has no serious fault of accessibility, as charts and as tables', async ({ page }) => {
  await open(page);
  await expect(page.getByTestId('area-panel').getByRole('img').first()).toBeVisible();
  await faultless(page);
  await page.getByTestId('area-panel').getByText('表格').click();
  await faultless(page);
});

test('the page speaks English when asked to, and remembers it', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: '切换到英文' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByTestId('area-panel')).toContainText('People');
  expect(
    await page
      .locator('main')
      .getByText(/^(图层|人口|建筑|事件|动态)$/)
      .count(),
  ).toBe(0);
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

test('focus can be seen, and the first stop leads past the header', async ({ page }) => {
  await open(page);
  await page.keyboard.press('Tab');
  await expect(page.getByText('跳到地图')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('brand')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('search-input')).toBeFocused();
});

test('every route of the server is described on a page of its own', async ({ page }) => {
  await page.goto('/api/docs');
  await page.locator('#operations-tag-archives').click();
  await expect(page.locator('[data-path="/api/search"]').first()).toBeVisible();
});

test.describe('without a session', () => {
  test.use({ shared: false, storageState: { cookies: [], origins: [] } });

  test('the sign-in explains itself, refuses what is wrong and opens the desk', async ({ page }) => {
    test.skip(server.token === '', 'needs a token');
    await page.goto('/map');
    await page.getByRole('tab', { name: '登录码或令牌' }).click();
    const field = page.getByLabel('登录码或访问令牌');
    await expect(field).toBeVisible();
    await faultless(page);
    await field.fill('ght_0000');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toBeVisible();
    await field.fill(server.token);
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('map')).toHaveAttribute('data-ready', 'true', { timeout: 60_000 });
  });
});
