import type { Page } from '@playwright/test';
import { expect, open, test } from './desk';

/** Has the files of a name fail until what is given back is called. */
async function block(page: Page, name: RegExp): Promise<() => void> {
  let blocked = true;
  await page.route(
    (url) => name.test(url.pathname),
    (route) => (blocked ? route.abort() : route.continue()),
  );
  return () => {
    blocked = false;
  };
}

const failure = (page: Page) => page.locator('.part-failed');

test('a page whose code fails says so, and works after a retry', async ({ page }) => {
  const release = await block(page, /\/assets\/DeskPage-[\w-]+\.(js|css)$/);
  await page.goto('/map');
  await expect(failure(page)).toContainText('这部分内容没有加载成功');
  await expect(failure(page)).toContainText('请重试');
  // As long as the file is away, trying again ends in the same words, not in a blank page.
  await page.getByTestId('part-retry').click();
  await expect(page.getByTestId('part-retry')).toBeVisible();
  release();
  await page.getByTestId('part-retry').click();
  await expect(page.getByTestId('map')).toHaveAttribute('data-ready', 'true', { timeout: 60_000 });
  await expect(failure(page)).toHaveCount(0);
  // Its style sheet, which failed with it, has come as well.
  expect(await page.locator('.desk').evaluate((desk) => getComputedStyle(desk).display)).toBe('grid');
});

test('a panel, a dialog and the map fail by themselves, and each works after a retry', async ({ page }) => {
  test.setTimeout(180_000);
  const release = [
    await block(page, /\/assets\/ChoroplethPanel-/),
    await block(page, /\/assets\/CoordinatesDialog-/),
    await block(page, /\/assets\/KeysDialog-/),
    await block(page, /\/assets\/controller-/),
  ];
  await page.goto('/map');
  // The map's own code: panels and figures are there without it.
  await expect(failure(page)).toContainText('没有加载成功');
  await expect(page.getByTestId('stat-buildings')).toHaveAttribute('data-value', /^\d+$/);
  release[3]?.();
  await page.getByTestId('part-retry').click();
  await expect(page.getByTestId('map')).toHaveAttribute('data-ready', 'true', { timeout: 60_000 });

  // A tab of the panel; the others go on working.
  await page.getByTestId('planner-choropleth').click();
  await expect(page.getByTestId('area-panel').locator('.part-failed')).toContainText('没有加载成功');
  await page.getByTestId('planner-statistics').click();
  await expect(page.getByTestId('stat-buildings')).toBeVisible();
  await page.getByTestId('planner-choropleth').click();
  release[0]?.();
  await page.getByTestId('area-panel').getByTestId('part-retry').click();
  await expect(page.getByTestId('choropleth-panel')).toBeVisible();

  // Dialogs: one is put away, one is tried again.
  await page.getByTestId('by-coordinates').click();
  await failure(page).getByRole('button', { name: '关闭' }).click();
  await expect(failure(page)).toHaveCount(0);
  await page.getByTestId('keys').click();
  release[2]?.();
  await page.getByTestId('part-retry').click();
  await expect(page.getByTestId('keys-dialog')).toBeVisible();
  await page.keyboard.press('Escape');

  // Menu, search and select don't need what failed.
  await page.getByTestId('user-menu').click();
  await expect(page.getByRole('menuitem', { name: '退出' })).toBeVisible();
});

test('where the server has a newer release the page says that a new version is there', async ({ page }) => {
  await block(page, /\/assets\/DeskPage-[\w-]+\.js$/);
  await page.goto('/map');
  await expect(page.getByTestId('part-retry')).toBeVisible();
  await page.route(
    (url) => url.pathname === '/',
    (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<script type="module" crossorigin src="/assets/index-newer.js"></script>',
      }),
  );
  await page.getByTestId('part-retry').click();
  await expect(failure(page)).toContainText('系统已更新到新版本');
  await expect(page.getByTestId('part-reload')).toBeVisible();
});

test('a wall loads itself anew once what failed is there', async ({ page }) => {
  await page.clock.install();
  const release = await block(page, /\/assets\/Wall-[\w-]+\.js$/);
  await page.goto('/wall');
  await expect(failure(page)).toContainText('将自动重新加载');
  release();
  await page.clock.fastForward(16_000);
  await expect(page.getByTestId('wall')).toBeVisible({ timeout: 60_000 });
  await open(page);
});
