import { expect, figure, open, test } from './desk';
import { count } from './support';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test('on a phone the map fills the page and the panels come up from below', async ({ page }) => {
  await open(page);
  const tabs = page.getByRole('navigation', { name: '地图工具' });
  await expect(page.getByTestId('area-panel')).toBeHidden();

  await tabs.getByRole('button', { name: '统计' }).click();
  await expect(page.getByTestId('area-panel')).toBeVisible();
  expect(await figure(page, 'people')).toBe(await count('select count(*) from person'));

  await tabs.getByRole('button', { name: '图层' }).click();
  await page.getByTestId('layer-toggle-case').tap();
  await expect(page.getByTestId('layer-toggle-case')).not.toBeChecked();

  await tabs.getByRole('button', { name: '动态' }).click();
  await expect(page.getByText('实时')).toBeVisible();

  await tabs.getByRole('button', { name: '地图', exact: true }).click();
  await expect(page.getByTestId('area-panel')).toBeHidden();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});

test('on a phone an area is drawn by taps, and finished by a button', async ({ page }) => {
  await open(page);
  const map = page.getByTestId('map');
  await page.getByTestId('draw-polygon').tap();
  await expect(map).toHaveAttribute('data-tool', 'polygon');
  for (const [x, y] of [
    [80, 380],
    [200, 380],
    [200, 500],
  ] as const) {
    await map.tap({ position: { x, y } });
    await page.waitForTimeout(400);
  }
  await page.getByTestId('draw-finish').tap();
  await expect(page).toHaveURL(/area=/);
  await expect(page.getByTestId('area-panel').getByRole('heading', { level: 2 })).toContainText('所画区域');
});
