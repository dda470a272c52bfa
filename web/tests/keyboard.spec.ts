import type { Page } from '@playwright/test';
import { expect, open, settled, test } from './desk';
import { faultless } from './faultless';

test.use({ shared: true });

/** Nothing here is clicked: what can be done is done by keys. */
async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Presses a button by Enter, from where the focus is put on it. */
async function enter(page: Page, testId: string): Promise<void> {
  await page.getByTestId(testId).focus();
  await press(page, 'Enter');
}

/** Moves the desk's map by its arrow keys, one step each. */
async function walk(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    await press(page, key);
    await page.waitForTimeout(100);
    await settled(page);
  }
}

const focused = (page: Page) => page.locator(':focus');
const canvas = (page: Page, at: string) => page.locator(`${at} canvas.maplibregl-canvas`).first();
const corners = (page: Page) => page.evaluate(() => window.__gridhall?.area()?.coordinates[0]?.length ?? 0);

test('what is drawn and picked on the desk is drawn and picked by keys', async ({ page }) => {
  await open(page);
  const map = page.getByTestId('map');

  await canvas(page, '#map').focus();
  await press(page, 'Enter');
  await expect(page).toHaveURL(/region=\d+/);

  await enter(page, 'draw-polygon');
  await expect(map).toHaveAttribute('data-tool', 'polygon');
  await expect(canvas(page, '#map')).toBeFocused();
  await expect(page.getByTestId('draw-polygon')).toHaveAttribute('aria-pressed', 'true');
  await press(page, 'Space');
  for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft']) {
    await walk(page, key);
    await press(page, 'Space');
  }
  await press(page, 'Enter');
  await expect.poll(() => corners(page)).toBe(5);

  await enter(page, 'draw-circle');
  await expect(map).toHaveAttribute('data-tool', 'circle');
  await press(page, 'Space');
  await walk(page, 'ArrowRight');
  await press(page, 'Enter');
  await expect.poll(() => corners(page)).toBe(73);

  await enter(page, 'draw-corridor');
  await expect(map).toHaveAttribute('data-tool', 'corridor');
  await press(page, 'Space');
  await walk(page, 'ArrowUp');
  await press(page, 'Space', 'Enter');
  await expect(page.getByTestId('corridor-width')).toBeVisible();

  await enter(page, 'draw-polygon');
  await press(page, 'Space', 'Escape');
  await expect(map).toHaveAttribute('data-tool', '');

  await enter(page, 'choose-regions');
  await expect(page.getByTestId('choose-regions')).toHaveAttribute('aria-pressed', 'true');
  await press(page, 'Space');
  await expect(page.locator('.chips li')).toHaveCount(2);
  await press(page, 'Space');
  await expect(page.locator('.chips li')).toHaveCount(0);
  await press(page, 'Escape');

  await enter(page, 'tool-measure');
  await expect(page.getByTestId('measure-panel')).toBeVisible();
  await canvas(page, '#map').focus();
  await expect(map).toHaveAttribute('data-tool', 'distance');
  await press(page, 'Space');
  await walk(page, 'ArrowUp');
  await press(page, 'Space', 'Enter');
  await expect(page.getByTestId('measured-0')).toBeVisible();

  await enter(page, 'tool-identify');
  await expect(page.getByTestId('identify-panel')).toBeVisible();
  await canvas(page, '#map').focus();
  await press(page, 'Space');
  await expect(page.getByTestId('identified')).toHaveAttribute('data-count', /\d/);
});

test('on the desk the focus goes into what opens and back from what closes', async ({ page }) => {
  await open(page);
  for (const [button, opened] of [
    ['tool-identify', 'identify-panel'],
    ['tool-coordinates', 'coordinates-panel'],
    ['tool-swipe', 'swipe-panel'],
    ['by-coordinates', 'coordinates-dialog'],
    ['tool-print', 'print-dialog'],
    ['keys', 'keys-dialog'],
  ] as const) {
    await enter(page, button);
    await expect(page.getByTestId(opened)).toBeVisible();
    await expect(page.getByTestId(button)).not.toBeFocused();
    if (opened.endsWith('dialog')) await faultless(page, { within: [`[data-testid="${opened}"]`], about: opened });
    await press(page, 'Escape');
    await expect(page.getByTestId(opened)).toBeHidden();
    await expect(page.getByTestId(button)).toBeFocused();
  }
  for (const menu of ['share-menu', 'download-area']) {
    await enter(page, menu);
    await expect(page.getByRole('menuitem').first()).toBeFocused();
    await press(page, 'ArrowDown');
    await expect(page.getByRole('menuitem').nth(1)).toBeFocused();
    await press(page, 'Escape');
    await expect(page.getByRole('menu')).toBeHidden();
    await expect(page.getByTestId(menu)).toBeFocused();
  }

  // What goes out of use under the focus leaves it to its neighbour.
  await enter(page, 'add-compare');
  await expect(page.getByTestId('download-area')).toBeFocused();
  await page.getByTestId('planner-statistics').focus();
  await press(page, 'ArrowRight');
  await page.getByRole('button', { name: /^移出对比|^移除/ }).focus();
  await press(page, 'Enter');
  await expect(page.locator('.compare-table')).toBeHidden();
  await expect(page.getByTestId('compare-panel').locator(':focus')).toHaveCount(1);

  await page.getByTestId('planner-compare').focus();
  await press(page, 'ArrowRight');
  await page.getByTestId('choropleth-on').focus();
  await press(page, 'Space');
  await page.getByRole('radiogroup').locator('.palettes [aria-checked="true"]').focus();
  await press(page, 'ArrowRight');
  await expect(focused(page)).toHaveAttribute('aria-checked', 'true');

  const areas = ['[data-testid="top-bar"]', '[data-testid="rail"]', '#map', '.left', '.toolbar', '.right'];
  await page.getByTestId('search-input').focus();
  // What happens is an area as soon as something has happened.
  const go = async (keys: string) => {
    await press(page, keys);
    if ((await page.locator('.bottom :focus').count()) > 0) await press(page, keys);
  };
  for (const area of [...areas.slice(1), areas[0]]) {
    await go('F6');
    await expect(page.locator(`${area} :focus`)).toHaveCount(1);
  }
  await go('Shift+F6');
  await expect(page.locator('.right :focus')).toHaveCount(1);
});

test('the wall is led by keys', async ({ page }) => {
  await page.goto('/wall');
  const wall = page.getByTestId('wall');
  await expect(wall).toHaveAttribute('data-ready', 'true', { timeout: 80_000 });
  const home = (await wall.getAttribute('data-region')) ?? '';

  await press(page, '?');
  await expect(page.getByTestId('keys-dialog')).toBeVisible();
  await faultless(page);
  await press(page, 'Escape');
  await expect(page.getByTestId('keys-dialog')).toBeHidden();

  await enter(page, 'compose');
  await expect(page.locator('.wall-compose :focus')).toHaveCount(1);
  await press(page, 'Shift+Tab');
  await expect(page.locator('.wall-compose button')).toBeFocused();
  await press(page, 'Escape');
  await expect(page.locator('.wall-compose')).toHaveCount(0);
  await expect(page.getByTestId('compose')).toBeFocused();

  // An arrow key opens the list of regions and takes none yet.
  await page.getByTestId('into').locator('input').focus();
  await press(page, 'ArrowDown');
  await page.waitForTimeout(300);
  await expect(wall).toHaveAttribute('data-region', home);
  await press(page, 'ArrowDown', 'Enter');
  await expect(wall).not.toHaveAttribute('data-region', home);
  await press(page, 'Home');
  await expect(wall).toHaveAttribute('data-region', home);

  await page.locator('.wall-rank button').first().focus();
  await press(page, 'Enter');
  await expect(wall).not.toHaveAttribute('data-region', home);
  await expect(page.locator('.wall-panel.is-ranking :focus')).toHaveCount(1);

  await canvas(page, '.wall-map').focus();
  const centre = () =>
    page.evaluate(
      () =>
        (
          window as unknown as { __wall?: { stage: { map: { getCenter(): { lng: number }; isMoving(): boolean } } } }
        ).__wall?.stage.map.getCenter().lng ?? 0,
    );
  await expect
    .poll(() =>
      page.evaluate(() =>
        (window as unknown as { __wall?: { stage: { map: { isMoving(): boolean } } } }).__wall?.stage.map.isMoving(),
      ),
    )
    .toBe(false);
  const county = (await wall.getAttribute('data-region')) ?? '';
  const before = await centre();
  await press(page, 'ArrowRight');
  await expect.poll(centre).toBeGreaterThan(before);
  await press(page, 'Enter');
  await expect(wall).not.toHaveAttribute('data-region', county);
  await press(page, 'Space');
  await expect(page.getByTestId('play')).toHaveAttribute('aria-pressed', 'true');
  await press(page, 'Space', 'Backspace');
});

test('the director points and draws by keys', async ({ page }) => {
  await page.goto('/director');
  await expect(page.getByTestId('board').locator('canvas')).toBeVisible();
  await page.locator('.director-pens input[type="radio"]').first().focus();
  await press(page, 'ArrowRight', 'ArrowRight');
  await canvas(page, '[data-testid="board"]').focus();
  await press(page, 'Enter');
  await expect(page.getByRole('button', { name: '清除标线' })).toBeVisible();
  await page.getByRole('button', { name: '清除标线' }).focus();
  await press(page, 'Enter');
  await expect(page.locator('.director-pens :focus')).toHaveCount(1);

  await page.getByTestId('screen-name').fill('键盘屏');
  await page.getByTestId('screen-name').press('Enter');
  const row = page.locator('.director-screens li', { hasText: '键盘屏' });
  await row.getByRole('button').focus();
  await press(page, 'Enter');
  await expect(page.getByRole('button', { name: '取消' })).toBeFocused();
  await press(page, 'Tab', 'Enter');
  await expect(row).toHaveCount(0);
  await expect(page.locator('.director-screens :focus')).toHaveCount(1);
});
