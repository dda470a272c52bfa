import type { Page } from '@playwright/test';
import { expect, test } from './desk';
import { faultless } from './faultless';
import { count, sql } from './support';

const OPEN = `closed_at is null and status not in ('closed', 'rejected')`;

async function openWall(page: Page, query = ''): Promise<void> {
  await page.goto(`/wall${query}`);
  await expect(page.getByTestId('wall')).toHaveAttribute('data-ready', 'true', { timeout: 60_000 });
}

const panels = (page: Page) =>
  page.locator('.wall-panel').evaluateAll((all) => all.map((panel) => panel.getAttribute('data-testid') ?? ''));
const value = (page: Page, name: string) =>
  expect.poll(async () => Number(await page.getByTestId(`wall-${name}`).getAttribute('data-value')), name);

test.describe('on one screen', () => {
  test.use({ viewport: { width: 1920, height: 1080 } });

  test('a case of the stream opens a card and is marked on the map, and each theme shows what it is about', async ({
    page,
  }) => {
    test.slow();
    await openWall(page);
    // What the browser draws by itself is not readable on a wall.
    await expect(page.locator('.wall select, .wall input[type="date"], .wall input[type="month"]')).toHaveCount(0);

    const line = page.getByTestId('wall-stream').locator('button[data-id]').first();
    const id = (await line.getAttribute('data-id')) ?? '';
    await line.click();
    const card = page.getByTestId('case-card');
    const [status, department, late] = (
      await sql(`select status, category, ${OPEN} and due_at < now() from case_record where id = ${id}`)
    ).split('|');
    const codes = await page.evaluate(
      async () =>
        ((await (await fetch('/api/codes')).json()) as { tables: Record<string, { code: string; name: string }[]> })
          .tables,
    );
    const named = (table: string, code = '') => codes[table]?.find((known) => known.code === code)?.name ?? '?';
    await expect(card).toHaveAttribute('data-id', id);
    await expect(card.getByTestId('case-status')).toHaveText(named('case_status', status));
    await expect(card.getByTestId('case-handler')).toContainText(named('case_department', department));
    await expect(card.getByTestId('case-clock')).toHaveText(
      late === 't' ? /^已超期 / : /^(剩余|按时办结|超期办结|已办结|已挂账|已办理)/,
    );
    await expect(page.locator(`.wall-map .wall-chosen[data-id="${id}"]`)).toBeVisible();
    await faultless(page);
    const region = await page.getByTestId('wall').getAttribute('data-region');
    await page.keyboard.press('Escape');
    await expect(card).toHaveCount(0);
    await expect(page.locator('.wall-chosen')).toHaveCount(0);
    expect(await page.getByTestId('wall').getAttribute('data-region')).toBe(region);

    const shown = new Map<string, string>();
    for (const theme of ['overview', 'population', 'cases', 'emergency', 'night']) {
      await page.getByTestId(`theme-${theme}`).click();
      await expect(page.getByTestId('wall')).toHaveAttribute('data-theme', theme);
      // No panel is without a figure, a chart, a list or a sentence.
      await expect
        .poll(() =>
          page
            .locator('.wall-body')
            .evaluateAll(
              (all) =>
                all.filter((body) => (body.textContent ?? '').trim() === '' && !body.querySelector('svg')).length,
            ),
        )
        .toBe(0);
      shown.set(
        theme,
        `${(await panels(page)).join()} ${await page.getByTestId('wall-legend').getAttribute('aria-label')}`,
      );
      if (theme === 'emergency') {
        await value(page, 'emergency-open').toBe(
          await count(`select count(*) from case_record where ${OPEN} and (category like 'E04%' or severity >= 3)`),
        );
        await value(page, 'emergency-sudden').toBe(
          await count(`select count(*) from case_record where ${OPEN} and category like 'E04%'`),
        );
        await expect(page.getByTestId('facility-C0113')).toHaveText(
          String(await count(`select count(*) from component where category = 'C0113'`)),
        );
        await expect(page.getByTestId('facility-OT23').or(page.getByTestId('facility-OT24')).first()).toBeVisible();
      }
    }
    expect(new Set(shown.values()).size).toBe(shown.size);
  });
});

test.describe('on two screens side by side', () => {
  test.use({ viewport: { width: 3840, height: 1080 } });

  test('nothing is written smaller than 20 pixels, and the panels leave the map no empty sides', async ({ page }) => {
    test.slow();
    await openWall(page);
    for (const theme of ['overview', 'emergency', 'cases']) {
      await page.getByTestId(`theme-${theme}`).click();
      await expect(page.getByTestId('panel-ranking')).toBeVisible();
      if (theme !== 'emergency') await expect(page.locator('.wall-panel [role="img"] text').first()).toBeVisible();
      const small = await page.evaluate(() => {
        const written = [...document.querySelectorAll<HTMLElement | SVGElement>('.wall *')].filter(
          (element) =>
            element.checkVisibility({ visibilityProperty: true }) &&
            !element.closest('.wall-map') &&
            [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()),
        );
        const zoom = (element: Element) => (element as Element & { currentCSSZoom: number }).currentCSSZoom;
        return written
          .map((element) => ({
            text: element.textContent?.slice(0, 20),
            size:
              parseFloat(getComputedStyle(element).fontSize) *
              zoom(element instanceof SVGElement ? (element.ownerSVGElement ?? element) : element),
          }))
          .filter(({ size }) => size < 20);
      });
      expect(small, theme).toEqual([]);
    }
    await page.getByTestId('theme-overview').click();
    await page.waitForFunction(() => window.__wall && !window.__wall.stage.map.isMoving());
    // The city nearly fills what lies between the panels.
    const [left, right, drawn] = await Promise.all([
      page.locator('.wall-side.left').evaluate((side) => side.getBoundingClientRect().right),
      page.locator('.wall-side.right').evaluate((side) => side.getBoundingClientRect().left),
      page.evaluate(async () => {
        const { bbox } = (await (await fetch('/api/city')).json()) as { bbox: [number, number, number, number] };
        const map = window.__wall!.stage.map;
        const zoom = (map.getContainer() as HTMLElement & { currentCSSZoom: number }).currentCSSZoom;
        const xs = [
          [0, 1],
          [2, 1],
          [0, 3],
          [2, 3],
        ].map(([x, y]) => map.project([bbox[x!]!, bbox[y!]!]).x * zoom);
        return [Math.min(...xs), Math.max(...xs)] as const;
      }),
    ]);
    expect(drawn[0] - left).toBeLessThan(200);
    expect(right - drawn[1]).toBeLessThan(200);
  });
});

test.describe('on a telephone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('the wall says that it needs a screen, and leads to the map', async ({ page }) => {
    await page.goto('/wall');
    await expect(page.getByRole('heading', { name: '请在大屏上查看' })).toBeVisible();
    await expect(page.getByRole('link', { name: '打开地图' })).toHaveAttribute('href', '/map');
  });
});
