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

  await tabs.getByRole('button', { name: '城市地图' }).click();
  await expect(page.getByTestId('area-panel')).toBeHidden();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});
