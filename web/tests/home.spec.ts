import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { faultless } from './faultless';
import { office, signedIn } from './office';

const at = office();

/** The demo city's accounts, with the cards that their home is about, and whether all of their pages are walked through: those of the others are among them. */
const ACCOUNTS: readonly (readonly [login: string, cards: readonly string[], walks?: boolean])[] = [
  ['leader', ['home-cases', 'home-overdue', 'home-wall'], true],
  ['dispatcher', ['home-tasks', 'home-cases', 'home-overdue']],
  ['handler', ['home-tasks', 'home-cases']],
  ['street', ['home-cases', 'home-exports']],
  ['community', ['home-cases'], true],
  ['worker', ['home-cases']],
  ['neighbour', ['home-cases']],
  ['steward', ['home-cases', 'home-calendar']],
  ['sysadmin', ['home-requests', 'home-accounts'], true],
  ['secadmin', ['home-requests', 'home-authorities'], true],
  ['auditor', ['home-alerts', 'home-chain', 'home-unmaskings'], true],
];

const signIn = (browser: Browser, login: string, width = 1600, height = 900): Promise<Page> =>
  signedIn(browser, at, login, { width, height });

/** The pages of the navigation, as the server declares them for the reader. */
async function pagesOf(page: Page): Promise<{ path: string; title: string }[]> {
  const { modules } = (await (await page.request.get('/api/modules')).json()) as {
    modules: { pages: { path: string; group: string | null; title: { zh: string } }[] }[];
  };
  return modules.flatMap(({ pages }) =>
    pages.filter(({ group }) => group !== null).map(({ path, title }) => ({ path, title: title.zh })),
  );
}

for (const [login, cards, walks = false] of ACCOUNTS) {
  test(`${login} lands on a home that says what to do, and reaches every page without a reload`, async ({
    browser,
  }) => {
    test.setTimeout(240_000);
    const page = await signIn(browser, login);
    const broken: string[] = [];
    page.on('pageerror', (error) => broken.push(error.message));
    await page.goto('/');
    for (const card of cards) await expect(page.getByTestId(card)).toBeVisible();
    await expect(page.locator('main').getByRole('heading', { level: 1 })).toHaveText('首页');
    await faultless(page, { about: `${login}: home` });
    // What the document knows it forgets when it is loaded again.
    await page.evaluate(() => Object.assign(window, { isSame: true }));
    const pages = await pagesOf(page);
    // The wall has the whole window, and its own tests; the map is much to draw for each of them.
    const walked = pages.filter(({ path }) => path !== '/wall' && (path !== '/map' || login === 'leader'));
    for (const { path, title } of walks ? walked : walked.slice(-1)) {
      const rail = page.getByTestId('rail');
      if ((await rail.getByRole('link', { name: title, exact: true }).count()) === 0) {
        await page.getByTestId('rail-fold').click();
      }
      await rail.getByRole('link', { name: title, exact: true }).click();
      await expect(page).toHaveURL(new RegExp(`${path}(\\?|$)`));
      await expect(page.locator('main h1').first()).toHaveText(title);
      await expect(page.locator('main .ant-skeleton')).toHaveCount(0);
      if (path !== '/map') await faultless(page, { about: `${login}: ${path}` });
    }
    expect(await page.evaluate(() => 'isSame' in window)).toBe(true);
    expect(broken).toEqual([]);
    // Back through all of them ends where it began.
    await page.goBack();
    await page.getByTestId('brand').click();
    await expect(page).toHaveURL(/\/$/);
    await page.context().close();
  });
}

test('a page that one may not use is never shown, and a page that is not there says so', async ({ browser }) => {
  const page = await signIn(browser, 'worker');
  await page.goto('/admin/roles');
  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByText('没有打开')).toBeVisible();
  await page.goto('/director');
  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByTestId('rail').getByText('导播台')).toHaveCount(0);
  await page.goto('/nowhere');
  await expect(page.getByRole('heading', { name: '没有这个页面' })).toBeVisible();
  await page.getByRole('link', { name: '回到首页' }).click();
  await expect(page.getByTestId('home')).toBeVisible();
  await page.context().close();
});

test('the map is found again as it was left, and the search leads from any page to a place', async ({ browser }) => {
  test.setTimeout(180_000);
  const page = await signIn(browser, 'leader');
  await page.goto('/map?at=114.93,27.81,14.25&hide=case,organisation,component');
  const map = page.getByTestId('map');
  await expect(map).toHaveAttribute('data-ready', 'true', { timeout: 60_000 });
  await page.getByTestId('rail').getByRole('link', { name: '工作台' }).click();
  await expect(page.getByTestId('home')).toBeVisible();
  await page.getByTestId('rail').getByRole('link', { name: '地图', exact: true }).click();
  await expect(page).toHaveURL(/at=114\.93000,27\.81000,14\.25/);
  await expect(page.getByTestId('layer-toggle-case')).not.toBeChecked();
  await page.getByTestId('rail').getByRole('link', { name: '工作台' }).click();
  await page.keyboard.press('Control+k');
  await expect(page.getByTestId('search-input')).toBeFocused();
  await page.keyboard.type('渝水区');
  await page.locator('.ant-select-item-option', { hasText: '渝水区' }).first().click();
  await expect(page).toHaveURL(/\/map\?.*region=360502000000000/);
  await expect(page.getByTestId('area-panel').getByRole('heading', { level: 2 })).toContainText('渝水区');
  // Pages are found as well.
  await page.getByTestId('search-input').fill('消息');
  await page.locator('.ant-select-item-option', { hasText: '消息' }).first().click();
  await expect(page).toHaveURL(/\/messages$/);
  await page.goBack();
  await expect(page).toHaveURL(/\/map\?/);
  await page.context().close();
});

test('a list keeps what was chosen of it in its address, and by a name', async ({ browser }) => {
  const page = await signIn(browser, 'sysadmin');
  await page.goto('/admin/people');
  await expect(page.getByTestId('list-total')).toHaveText(/^共 \d+ 条$/);
  await page
    .getByTestId('filter-q')
    .locator('input')
    .or(page.locator('input[data-testid="filter-q"]'))
    .first()
    .fill('admin');
  await expect(page).toHaveURL(/q=admin/);
  await expect(page.getByTestId('list-total')).toHaveText('共 2 条');
  await page.getByTestId('list-saved').click();
  const name = `管理员 ${Date.now()}`;
  await page.getByPlaceholder('为当前筛选取名').fill(name);
  await page.getByRole('button', { name: /保\s?存/ }).click();
  const kept = page.getByRole('button', { name, exact: true });
  await expect(kept).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '清除筛选' }).click();
  await expect(page).not.toHaveURL(/q=/);
  await page.getByTestId('list-saved').click();
  await kept.click();
  await expect(page).toHaveURL(/q=admin/);
  await page.context().close();
});

test('on a phone the bar below leads through the pages, in English as well', async ({ browser }) => {
  const page = await signIn(browser, 'community', 390, 844);
  await page.goto('/');
  await expect(page.getByTestId('bottom-bar')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await faultless(page);
  await page.getByTestId('more').click();
  await page.getByRole('dialog').getByRole('link', { name: '消息' }).click();
  await expect(page).toHaveURL(/\/messages$/);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await page.getByRole('button', { name: '切换到英文' }).click();
  await page.getByTestId('brand').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Home');
  const chinese = await page
    .locator('main')
    .getByText(/[一-龥]/)
    .allInnerTexts();
  // Names of people, places and posts are as they are.
  expect(chinese.filter((text) => /首页|查看|事件|消息/.test(text))).toEqual([]);
  await page.context().close();
});

test('help says in Chinese how the page is used that one is on', async ({ browser }) => {
  const page = await signIn(browser, 'auditor');
  await page.goto('/audit');
  await page.getByTestId('help').click();
  await expect(page.getByTestId('help-text')).toContainText('封存');
  await page.context().close();
  // The texts stand beside their modules; none is empty.
  const here = dirname(import.meta.filename);
  for (const module of ['audit', 'certificates', 'desk', 'directory', 'identity', 'messages', 'sso', 'wall']) {
    expect(await readFile(join(here, `../src/modules/${module}/help.ts`), 'utf8')).toMatch(/title: '.+'/);
  }
});

/** The sizes that most people have, each in one of the languages. */
const LOOKS = [
  ['zh-CN', 1920, 1080],
  ['en', 1920, 1080],
  ['zh-CN', 390, 844],
  ['en', 390, 844],
] as const;

for (const [language, width, height] of LOOKS) {
  test(`home, navigation, list, form and record in ${language} at ${width} by ${height}`, async ({ browser }) => {
    test.setTimeout(180_000);
    const english = language === 'en';
    const say = (zh: string, en: string) => (english ? en : zh);
    const enter = async (login: string, address: string) => {
      const page = await signIn(browser, login, width, height);
      await page.addInitScript((of) => localStorage.setItem('gridhall.language', of), language);
      await page.goto(address);
      return page;
    };
    const fits = async (page: Page) =>
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const title = (page: Page) => page.locator('main h1').first();

    // Home, and the way to a list.
    const admin = await enter('sysadmin', '/');
    await expect(title(admin)).toHaveText(say('首页', 'Home'));
    await fits(admin);
    if (width < 768) await admin.getByTestId('more').click();
    await admin
      .getByRole('link', { name: say('机构与用户', 'Agencies and people'), exact: true })
      .first()
      .click();
    await expect(title(admin)).toHaveText(say('机构与用户', 'Agencies and people'));

    // The list: a word narrows it, and it is emptied by one that nobody has.
    const list = admin.getByTestId('accounts');
    const sought = list.getByPlaceholder(say('姓名或登录名', 'Name or login'));
    await sought.fill('auditor');
    await expect(list.getByTestId('list-total')).toHaveText(say('共 1 条', '1 in all'));
    await expect(list).toContainText('auditor');
    await fits(admin);
    await faultless(admin, { about: `list, ${language}, ${width}` });
    await sought.fill('nobody-has-this');
    await expect(list).toContainText(say('没有', 'No'));
    await sought.fill('');

    // The form says what is wrong before anything is sent, and what only the server knows at its field.
    await admin.locator('.ant-tree-node-content-wrapper').first().click();
    await admin.getByTestId('agency-menu').click();
    await admin.getByRole('menuitem', { name: say('新建机构', 'New agency') }).click();
    const form = admin.getByRole('dialog');
    await form.getByLabel(say('机构名称', 'Name of the agency')).fill(' ');
    await form.getByRole('button', { name: say('保存', 'Save') }).click();
    await expect(form.getByText(say('请填写此项。', 'This is needed.')).first()).toBeVisible();
    await faultless(admin, { about: `form, ${language}, ${width}` });
    await form.getByLabel(say('机构名称', 'Name of the agency')).fill('\u200b');
    await form.getByRole('button', { name: say('保存', 'Save') }).click();
    await expect(form.getByText(say('应为 1 到 80 个字。', 'It has 1 to 80 characters.')).first()).toBeVisible();
    await form.getByLabel(say('机构名称', 'Name of the agency')).fill(`试设机构 ${width} ${language}`);
    await form.getByLabel(say('排序', 'Order among its siblings')).fill('7');
    await form.getByRole('button', { name: say('保存', 'Save') }).click();
    await expect(form).toBeHidden();
    await admin.context().close();

    // A record: what is known of a resident, masked, with the way to the map.
    const community = await enter('community', '/');
    const { items } = (await (await community.request.get('/api/search?q=王&limit=50')).json()) as {
      items: { kind: string; id: number }[];
    };
    await community.goto(`/people/${items.find(({ kind }) => kind === 'person')?.id}`);
    await expect(title(community)).toHaveText(say('人员档案', 'Person'));
    await expect(community.getByTestId('person')).toContainText('*');
    await fits(community);
    await faultless(community, { about: `record, ${language}, ${width}` });
    await community.context().close();
  });
}
