import type { Page } from '@playwright/test';
import { expect, test } from './desk';
import { faultless } from './faultless';
import { ownServer } from './own-server';
import { count, server, sql } from './support';

test.use({ viewport: { width: 1920, height: 1080 } });

const CITY = 360_500_000_000_000;
/** Today in China, up to now. */
const TODAY = `reported_at >= date_trunc('day', now() at time zone 'Asia/Shanghai') at time zone 'Asia/Shanghai' and reported_at <= now()`;

async function openWall(page: Page, query = ''): Promise<void> {
  await page.goto(`/wall${query}`);
  await expect(page.getByTestId('wall')).toHaveAttribute('data-ready', 'true', { timeout: 60_000 });
}

async function value(page: Page, name: string): Promise<number> {
  const place = page.getByTestId(`wall-${name}`);
  await expect(place).toHaveAttribute('data-value', /^[\d.]+$/);
  return Number(await place.getAttribute('data-value'));
}

/** Posts a case through the API, as a file of one row. */
async function report(
  page: Page,
  number: string,
  lon: string,
  lat: string,
  to: { url: string; token: string } = server,
): Promise<void> {
  const now = new Date().toISOString();
  const answer = await page.request.post(`${to.url}/api/layers/case/import?name=c.csv`, {
    headers: { Authorization: `Bearer ${to.token}`, 'Content-Type': 'text/csv' },
    data: `number,category,reported_at,lon,lat\n${number},C0101,${now},${lon},${lat}\n`,
  });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** Chooses from a list: by its place, or by its words. */
async function choose(page: Page, list: string, option: number | string): Promise<void> {
  await page.getByTestId(list).click();
  const options = page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option');
  await (typeof option === 'number' ? options.nth(option) : options.filter({ hasText: option })).click();
}

const place = async () =>
  (
    await sql(
      `select ST_X(p), ST_Y(p) from region cross join lateral ST_PointOnSurface(geom) p where level = 5 and valid_to is null order by code limit 1`,
    )
  ).split('|');

test('a case posted through the API is on the wall within a second, and the figures are one more', async ({ page }) => {
  const [lon, lat] = await place();
  await openWall(page);
  await expect(page.getByTestId('wall')).toHaveAttribute('data-live', 'live');
  const [reported, open] = [await value(page, 'reported'), await value(page, 'open')];
  const number = `WALL-${Date.now()}`;
  try {
    await report(page, number, lon ?? '', lat ?? '');
    await expect(page.getByTestId('wall-reported')).toHaveAttribute('data-value', String(reported + 1), {
      timeout: 1_000,
    });
    const id = await sql(`select id from case_record where number = '${number}'`);
    await expect(page.getByTestId('wall-stream').locator(`button[data-id="${id}"]`).first()).toBeVisible();
    await expect(page.getByTestId('wall-open')).toHaveAttribute('data-value', String(open + 1));
    await sql(`update case_record set status = 'closed', closed_at = now() where id = ${id}`);
    await expect(page.getByTestId('wall-open')).toHaveAttribute('data-value', String(open));
  } finally {
    await sql(`delete from case_record where number = '${number}'`);
  }
});

test('at each level down the figures are those of SQL, and one key leads back', async ({ page }) => {
  test.slow();
  const row = await sql(`select region from case_record where ${TODAY} group by 1 order by count(*) desc limit 1`);
  const grid = Number(row || (await sql('select max(region) from case_record')));
  await openWall(page);
  const units = [100_000_000_000, 1_000_000_000, 1_000_000, 1_000, 1];
  const codes = units.map((unit) => Math.floor(grid / unit) * unit);
  for (const [index, code] of codes.entries()) {
    if (index > 0) await page.goto(`/wall?region=${code}`);
    await expect(page.getByTestId('wall')).toHaveAttribute('data-region', String(code));
    const until = code + (units[index] ?? 1) - 1;
    const within = `region between ${code} and ${until}`;
    await expect(page.getByTestId('wall-reported')).toHaveAttribute(
      'data-value',
      String(await count(`select count(*) from case_record where ${within} and ${TODAY}`)),
    );
    expect(await value(page, 'open')).toBe(
      await count(
        `select count(*) from case_record where ${within} and closed_at is null and status not in ('closed', 'rejected')`,
      ),
    );
    expect(await value(page, 'people')).toBe(await count(`select count(*) from person where ${within}`));
  }
  for (const code of codes.slice(0, -1).toReversed()) {
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('wall')).toHaveAttribute('data-region', String(code));
  }
});

test('a click in the ranking and on the map goes one level down', async ({ page }) => {
  await openWall(page);
  await page.getByTestId('panel-ranking').locator('button[data-region]').first().click();
  const region = Number(await page.getByTestId('wall').getAttribute('data-region'));
  expect(region).not.toBe(CITY);
  await page.keyboard.press('Home');
  await expect(page.getByTestId('wall')).toHaveAttribute('data-region', String(CITY));
  await page.waitForFunction(
    () => window.__wall && !window.__wall.stage.map.isMoving() && window.__wall.stage.map.areTilesLoaded(),
  );
  await page.mouse.click(960, 470);
  await expect
    .poll(async () => Number(await page.getByTestId('wall').getAttribute('data-region')) % 100_000_000_000)
    .not.toBe(0);
});

test('a day that is played back ends with the figures that SQL gives', async ({ page }) => {
  await openWall(page);
  const day = await sql(`select to_char((now() at time zone 'Asia/Shanghai')::date - 3, 'YYYY-MM-DD')`);
  // The field opens its calendar as it is entered; what is typed meanwhile is lost with it.
  await expect(async () => {
    await page.getByTestId('span-date').fill(day);
    await page.getByTestId('span-date').press('Enter');
    await expect(page.getByTestId('wall')).toHaveAttribute('data-live', 'replay', { timeout: 2_000 });
  }).toPass();
  await choose(page, 'speed', '360 分/秒');
  await page.getByTestId('play').click();
  await expect(page.getByTestId('play')).toHaveAttribute('aria-pressed', 'false', { timeout: 30_000 });
  const end = `(date '${day}' + 1)::timestamp at time zone 'Asia/Shanghai'`;
  const start = `date '${day}'::timestamp at time zone 'Asia/Shanghai'`;
  // Midnight itself is the next day's first moment: the replay stands there with the day's end behind it.
  const open = await count(
    `select count(*) from case_record where reported_at <= ${end} and (closed_at is null or closed_at > ${end}) and not (closed_at is null and status in ('closed', 'rejected'))`,
  );
  await expect(page.getByTestId('wall-open')).toHaveAttribute('data-value', String(open));
  await page.getByTestId('moment-slider').focus();
  await page.keyboard.press('ArrowLeft');
  const before = `(${end} - interval '15 minutes')`;
  const reported = await count(
    `select count(*) from case_record where reported_at >= ${start} and reported_at <= ${before}`,
  );
  await expect(page.getByTestId('wall-reported')).toHaveAttribute('data-value', String(reported));
  await page.getByTestId('to-live').click();
  await expect(page.getByTestId('wall')).toHaveAttribute('data-live', 'live');
});

test('a director moves two walls at once', async ({ page, browser }) => {
  test.slow();
  await page.goto('/director');
  const walls: Page[] = [];
  for (const name of ['甲', '乙']) {
    await page.getByTestId('screen-name').fill(`测试屏${name}`);
    await page.getByTestId('set-up').click();
    const address = page.getByTestId('screen-address');
    await expect(address).toContainText('/signin?code=');
    await expect(page.getByText(`在“测试屏${name}”上打开`)).toBeVisible();
    const context = await browser.newContext({
      viewport: { width: 1280, height: 720 },
      storageState: { cookies: [], origins: [] },
    });
    const wall = await context.newPage();
    const opened = new URL((await address.textContent()) ?? '');
    await wall.goto(`${server.url}${opened.pathname}${opened.search}`);
    await expect(wall.getByTestId('wall')).toHaveAttribute('data-ready', 'true', { timeout: 60_000 });
    walls.push(wall);
  }
  await page.getByTestId('message').fill('台风预警：各网格即刻巡查');
  await page.getByText('应急', { exact: true }).click();
  await page.getByTestId('send').click();
  for (const wall of walls) {
    await expect(wall.getByText('台风预警：各网格即刻巡查')).toBeVisible();
    await expect(wall.getByTestId('wall')).toHaveAttribute('data-theme', 'emergency');
  }
  // Each is taken down, and signed out with that.
  for (const wall of walls) {
    await page.getByRole('button', { name: '停用' }).first().click();
    await page
      .locator('.ant-popconfirm')
      .getByRole('button', { name: /停\s?用/ })
      .click();
    await expect(page.locator('.ant-popconfirm')).toBeHidden();
    await wall.waitForTimeout(100);
  }
  for (const wall of walls) {
    await expect(wall.getByText('这块屏已停用。').or(wall.getByLabel('登录码或访问令牌'))).toBeVisible();
    await wall.context().close();
  }
});

/** Opens what hangs on a button, and waits until it stands: while it opens it moves, and a click would meet what stands beside. */
async function openPopover(page: Page, button: string): Promise<void> {
  await page.getByTestId(button).click();
  await expect(page.locator('.ant-popover:not(.ant-popover-hidden)')).toHaveCount(1);
  await expect(page.locator('.ant-popover:not(.ant-popover-hidden)')).not.toHaveClass(/ant-zoom/);
}

test('scenes are saved and shown again', async ({ page }) => {
  await openWall(page, '?theme=night');
  await openPopover(page, 'scenes');
  const name = `夜间 ${Date.now()}`;
  await page.getByPlaceholder('场景名称').fill(name);
  await page.getByRole('button', { name: '保存当前画面' }).click();
  await expect(page.getByRole('button', { name, exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByTestId('theme-overview').click();
  await openPopover(page, 'scenes');
  await page.getByRole('button', { name, exact: true }).click();
  await expect(page.getByTestId('wall')).toHaveAttribute('data-theme', 'night');
  await sql(`delete from scene where name = '${name}'`);
});

test('neither the wall nor the director has a serious fault of accessibility', async ({ page }) => {
  for (const open of [
    () => openWall(page),
    () => page.goto('/director').then(() => expect(page.getByTestId('board')).toBeVisible()),
  ]) {
    await open();
    await faultless(page);
  }
});

test('a wall that loses the server says so, goes on with what it has, and recovers by itself', async ({ browser }) => {
  test.setTimeout(240_000);
  const own = await ownServer();
  const context = await browser.newContext({
    baseURL: own.url,
    viewport: { width: 1920, height: 1080 },
    storageState: { cookies: [], origins: [] },
  });
  try {
    expect((await context.request.post('/api/session', { data: { token: own.token } })).ok()).toBe(true);
    const page = await context.newPage();
    await openWall(page);
    const wall = page.getByTestId('wall');
    await expect(wall).toHaveAttribute('data-live', 'live');
    const [reported, people] = [await value(page, 'reported'), await value(page, 'people')];
    await own.halt();
    await expect(wall).toHaveAttribute('data-live', 'lost');
    await expect(page.getByRole('alert')).toContainText('与服务器的连接中断');
    // What it has stays on it.
    await expect(page.getByTestId('wall-reported')).toHaveAttribute('data-value', String(reported));
    await expect(page.getByTestId('wall-people')).toHaveAttribute('data-value', String(people));
    await own.start();
    await expect(wall).toHaveAttribute('data-live', 'live', { timeout: 30_000 });
    await expect(page.getByRole('alert')).toBeHidden();
    const { features } = (await (await context.request.get('/api/regions/labels.geojson')).json()) as {
      features: { geometry: { coordinates: number[] } }[];
    };
    const [lon, lat] = features.at(-1)?.geometry.coordinates ?? [];
    await report(page, 'AFTER-1', String(lon), String(lat), own);
    await expect(page.getByTestId('wall-reported')).toHaveAttribute('data-value', String(reported + 1), {
      timeout: 5_000,
    });
  } finally {
    await context.close();
    await own.stop();
  }
});

test('a scene keeps which panels and layers are shown', async ({ page }) => {
  test.slow();
  await openWall(page);
  await openPopover(page, 'compose');
  await page.getByRole('checkbox', { name: '24 小时上报' }).uncheck();
  await page.getByRole('checkbox', { name: '建筑' }).uncheck();
  await expect(page.getByTestId('panel-hours')).toBeHidden();
  const buildings = () =>
    page.evaluate(() => window.__wall?.stage.map.getLayoutProperty('building-solid', 'visibility'));
  expect(await buildings()).toBe('none');
  await page.keyboard.press('Escape');
  await openPopover(page, 'scenes');
  const name = `画面 ${Date.now()}`;
  await page.getByPlaceholder('场景名称').fill(name);
  await page.getByRole('button', { name: '保存当前画面' }).click();
  await expect(page.getByRole('button', { name, exact: true })).toBeVisible();
  try {
    await openWall(page);
    await expect(page.getByTestId('panel-hours')).toBeVisible();
    await openPopover(page, 'scenes');
    await page.getByRole('button', { name, exact: true }).click();
    await expect(page.getByTestId('panel-hours')).toBeHidden();
    expect(await buildings()).toBe('none');
  } finally {
    await sql(`delete from scene where name = '${name}'`);
  }
});

test('a wall that has been open since yesterday plays back today', async ({ page }) => {
  const now = Date.now();
  await page.clock.install({ time: now - 86_400_000 });
  await openWall(page);
  await page.clock.setSystemTime(now);
  const today = new Date(now + 8 * 3_600_000).toISOString().slice(0, 10);
  await expect(page.getByTestId('span-date')).toHaveValue(today);
  await page.getByTestId('play').click();
  await expect(page.getByTestId('wall')).toHaveAttribute('data-live', 'replay');
  await expect(page.getByTestId('span-date')).toHaveValue(today);
  await expect(page.getByTestId('play')).toHaveAttribute('aria-pressed', 'true');
  await page.getByTestId('to-live').click();
  await expect(page.getByTestId('span-date')).toHaveValue(today);
});

test('what a wall shows is in its address, and one key brings the map back', async ({ page }) => {
  await openWall(page);
  await page.getByTestId('theme-cases').click();
  await choose(page, 'into', 0);
  const region = await page.getByTestId('wall').getAttribute('data-region');
  expect(region).not.toBe(String(CITY));
  await expect.poll(() => new URL(page.url()).searchParams.get('region')).toBe(region);
  await page.reload();
  await expect(page.getByTestId('wall')).toHaveAttribute('data-theme', 'cases');
  await expect(page.getByTestId('wall')).toHaveAttribute('data-region', String(region));
  await page.keyboard.press('Home');
  await expect(page.getByTestId('wall')).toHaveAttribute('data-region', String(CITY));
  const zoom = () => page.evaluate(() => window.__wall?.stage.map.getZoom() ?? 0);
  await page.waitForFunction(() => window.__wall && !window.__wall.stage.map.isMoving());
  const whole = await zoom();
  await page.evaluate(() => void window.__wall?.stage.map.jumpTo({ zoom: 15 }));
  await page.keyboard.press('Home');
  await expect.poll(zoom).toBeCloseTo(whole, 1);
});
