import { expect, open, settled, test } from './desk';
import { sql } from './support';

test.use({ reducedMotion: 'reduce', viewport: { width: 1920, height: 1080 } });

test('with reduced motion menus, search, select, dialogs, drawers and the camera are there at once', async ({
  page,
  request,
}) => {
  test.setTimeout(180_000);
  const name = (
    await sql(`select name from building where name <> '' group by name having count(*) = 1 order by name limit 1`)
  ).trim();
  await open(page, '/map?hide=case,organisation,component,person');

  // The search's results, and the camera that goes to one.
  await page.getByTestId('search-input').fill(name);
  const found = page.locator('.ant-select-item-option', { hasText: name }).first();
  await expect(found).toBeVisible();
  await found.click();
  await expect(page.getByTestId('details')).toContainText(name);
  await settled(page);
  expect(await page.evaluate(() => window.__gridhall?.map.getZoom())).toBeCloseTo(16.5, 1);

  // A menu, a select, a dialog, a tool's panel.
  await page.getByTestId('user-menu').click();
  await expect(page.getByRole('menuitem', { name: '退出' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByTestId('share-menu').click();
  await expect(page.getByRole('menuitem', { name: '复制嵌入代码' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByTestId('readout-system').click();
  await expect(page.locator('.ant-select-item-option').filter({ hasText: /^WGS 84$/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByTestId('by-coordinates').click();
  await expect(page.getByRole('dialog', { name: '圈定区域' })).toBeVisible();
  await page
    .getByRole('dialog', { name: '圈定区域' })
    .getByRole('button', { name: /取\s?消/ })
    .click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByTestId('keys').click();
  await expect(page.getByTestId('keys-dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('keys-dialog')).toHaveCount(0);
  expect(
    await page.evaluate(
      () =>
        document.getAnimations().filter(({ effect }) => Number(effect?.getComputedTiming().activeDuration) > 1).length,
    ),
    'nothing moves for longer than a moment',
  ).toBe(0);

  // A drawer: an entry of the audit.
  expect((await request.get('/api/session')).ok()).toBe(true);
  await page.goto('/audit');
  await page
    .getByTestId('audit-entries')
    .getByRole('button', { name: /^查看记录/ })
    .first()
    .click();
  await expect(page.locator('.ant-drawer-content-wrapper')).toBeVisible();
});
