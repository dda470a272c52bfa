import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { faultless } from './faultless';
import { office } from './office';

const PASSWORD = 'Renmin-2031 lu';
/** A grid of the demo city and the one beside it. */
const GRID = 360502001001001;
const NEXT_DOOR = 360502001001002;

const at = office();

/** A browser of somebody who has just come to the machine. */
async function fresh(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ baseURL: at.url, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  return context.newPage();
}

async function fill(page: Page, login: string, password: string): Promise<void> {
  await page.getByLabel('登录名', { exact: true }).fill(login);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
}

async function signIn(browser: Browser, login: string, to: string, password = at.password): Promise<Page> {
  const page = await fresh(browser);
  await page.goto(`/signin?to=${to}`);
  await fill(page, login, password);
  await expect(page.getByTestId('user-menu')).toBeVisible();
  return page;
}

/** RFC 6238 as authenticators have it. */
function totp(secret: string, step: number): string {
  const bits = [...secret]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
const now = () => Math.floor(Date.now() / 30_000);

test('a wrong password is told at the form, the right one leads to the first page of one’s rights', async ({
  browser,
}) => {
  const page = await fresh(browser);
  await page.goto('/signin');
  await expect(page.getByLabel('登录名', { exact: true })).toBeFocused();
  await faultless(page);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page.getByText('请输入登录名。')).toBeVisible();
  await expect(page.getByLabel('登录名', { exact: true })).toBeFocused();
  await fill(page, 'sysadmin', 'not the password');
  await expect(page.getByRole('alert').filter({ hasText: '登录名或密码不正确' })).toBeVisible();
  await expect(page.getByLabel('密码', { exact: true })).toBeFocused();
  await page.getByLabel('密码', { exact: true }).fill(at.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByTestId('home-requests')).toBeVisible();
  await faultless(page);
  await page.getByRole('link', { name: '用户概况' }).click();
  await expect(page.getByText('三员已配齐。')).toBeVisible();
  // They may not see the map, and are led home rather than refused.
  await page.goto('/map');
  await expect(page).toHaveURL(/\/$/);
  // And told why.
  await expect(page.getByText('您当前的岗位没有打开“所请求的页面”的权限')).toBeVisible();
  await page.context().close();
});

test('the account page and the administrators’ pages have no serious fault of accessibility', async ({ browser }) => {
  const page = await signIn(browser, 'sysadmin', '/account');
  await expect(page.getByRole('heading', { name: '我的岗位' })).toBeVisible();
  await faultless(page);
  for (const [section, shown] of [
    ['people', '钟建国'],
    ['roles', '网格员'],
    ['requests', '权限申请'],
    ['policy', '密码最短位数'],
  ] as const) {
    await page.goto(`/admin/${section}`);
    await expect(page.locator('main').getByText(shown).first()).toBeVisible();
    await faultless(page);
  }
  await page.context().close();
});

test('somebody is invited, opens his account, gets a post by two hands and acts in it, and not next door', async ({
  browser,
}) => {
  // Four people at one machine, one after another.
  test.setTimeout(240_000);
  const login = `t${Date.now().toString(36)}`;
  const name = `试用${login.slice(-4)}`;
  const admin = await signIn(browser, 'sysadmin', '/admin/people');

  await admin.getByRole('button', { name: '邀请人员' }).click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('姓名').fill(name);
  await dialog.getByLabel('登录名').fill(login);
  await dialog.getByLabel('机构').fill('百花湖社区');
  await admin.locator('.ant-select-tree-title').filter({ hasText: '百花湖社区' }).click();
  await dialog.getByRole('button', { name: '建立账号并生成链接' }).click();
  const link = await dialog.getByTestId('invitation-link').inputValue();
  await dialog.getByRole('button', { name: '关闭' }).last().click();

  const page = await fresh(browser);
  const { pathname, hash } = new URL(link);
  await page.goto(pathname + hash);
  await expect(page.getByRole('heading', { name: `您好，${name}` })).toBeVisible();
  await faultless(page);
  await page.getByLabel('新密码', { exact: true }).fill('short');
  await page.getByLabel('再次输入新密码').fill('short');
  await page.keyboard.press('Enter');
  await expect(page.locator('.ant-form-item-explain-error').first()).toContainText('不少于');
  await expect(page.getByLabel('新密码', { exact: true })).toBeFocused();
  await page.getByLabel('新密码', { exact: true }).fill(PASSWORD);
  await page.getByLabel('再次输入新密码').fill(PASSWORD);
  await expect(page.locator('.rules li[data-met="false"]')).toHaveCount(0);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: '去登录' }).click();
  await fill(page, login, PASSWORD);
  // Without a post home says how that changes.
  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByText('您还没有任何岗位')).toBeVisible();
  await page.getByTestId('user-menu').click();
  await page.getByRole('menuitem', { name: '我的账号' }).click();
  await expect(page.getByRole('heading', { name: '我的岗位' })).toBeVisible();

  await admin.getByRole('columnheader', { name: '最近登录' }).click();
  await admin.getByRole('searchbox', { name: '姓名或登录名' }).fill(login);
  await expect(admin.getByText('共 1 条')).toBeVisible();
  const taken = admin.waitForEvent('download');
  await admin.getByTestId('list-download').click();
  await admin.getByRole('menuitem', { name: /XLSX/ }).click();
  expect((await taken).suggestedFilename()).toMatch(/^账号_.*\.xlsx$/);
  await admin.getByRole('button', { name: `查看 ${name} 的账号` }).click();
  await admin.getByRole('button', { name: '申请任岗' }).click();
  const ask = admin.getByRole('dialog').filter({ hasText: '任期' });
  await ask.getByLabel('岗位').fill('百花湖社区第1网格');
  await admin.locator('.ant-select-item-option').filter({ hasText: '百花湖社区第1网格网格员' }).click();
  await ask.getByLabel('理由').fill('接替巡查');
  await ask.getByRole('button', { name: '申请任岗' }).click();
  await expect(admin.getByText('申请已提交')).toBeVisible();
  await admin.context().close();

  // Who may decide it is told, and led there.
  const security = await signIn(browser, 'secadmin', '/messages');
  await expect(security.getByTestId('bell')).toHaveAccessibleName(/^消息：\d+ 条未读$/);
  const told = security.getByTestId('messages').getByRole('listitem').first();
  await expect(told).toContainText('提出的申请待您审批。');
  await faultless(security);
  await told.getByRole('link', { name: '前往' }).click();
  await expect(security).toHaveURL(/\/admin\/requests$/);
  const request = security.getByTestId('requests').getByRole('row').filter({ hasText: name });
  await expect(request).toContainText('接替巡查');
  await request.getByRole('button', { name: '批准' }).click();
  await security.getByRole('dialog').getByRole('button', { name: '批准' }).click();
  await expect(security.getByText('申请已批准。')).toBeVisible();
  await security.context().close();

  await page.reload();
  await page.getByRole('button', { name: '切换到此岗位' }).click();
  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByTestId('user-menu')).toContainText('网格员');
  expect((await page.request.get(`/api/regions/${GRID}`)).status()).toBe(200);
  expect((await page.request.get(`/api/regions/${NEXT_DOOR}`)).status()).toBe(404);
  await page.getByTestId('user-menu').click();
  await page.getByRole('menuitem', { name: '退出' }).click();
  await expect(page).toHaveURL(/\/signin$/);
  await page.context().close();
});

test('who manages posts chooses their regions by name, and sees no map', async ({ browser }) => {
  const page = await signIn(browser, 'sysadmin', '/admin/people');
  await page.locator('.ant-tree-title').filter({ hasText: '渝水区综合治理中心' }).click();
  await page.locator('.ant-segmented-item').filter({ hasText: '岗位' }).click();
  await expect(page.getByRole('cell', { name: '渝水区', exact: true }).first()).toBeVisible();
  await page.getByRole('button', { name: '设置岗位' }).click();
  const dialog = page.getByRole('dialog');
  const name = `试岗${Date.now().toString(36)}`;
  await dialog.getByLabel('角色').fill('网格员');
  await page.keyboard.press('Enter');
  await dialog.getByLabel('岗位名称').fill(name);
  await dialog.getByLabel('管辖区域').click();
  const regions = page.locator('.ant-select-tree-treenode');
  await regions.filter({ hasText: '渝水区' }).locator('.ant-select-tree-switcher').click();
  await regions.filter({ hasText: '城南街道' }).locator('.ant-select-tree-title').click();
  await page.keyboard.press('Escape');
  await dialog.getByRole('button', { name: '保存' }).click();
  await expect(page.getByRole('row').filter({ hasText: name })).toContainText('渝水区、渝水区 城南街道');
  await page.context().close();
});

test('an invitation may ask for the first post in the same dialog', async ({ browser }) => {
  const login = `p${Date.now().toString(36)}`;
  const admin = await signIn(browser, 'sysadmin', '/admin/people?do=invite');
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('姓名').fill(`岗位${login}`);
  await dialog.getByLabel('登录名').fill(login);
  await expect(dialog.getByLabel('岗位')).toBeDisabled();
  await dialog.getByLabel('机构').fill('百花湖社区');
  await admin.locator('.ant-select-tree-title').filter({ hasText: '百花湖社区' }).click();
  await dialog.getByLabel('岗位').fill('百花湖社区第1网格');
  await admin.locator('.ant-select-item-option').filter({ hasText: '百花湖社区第1网格网格员' }).click();
  await dialog.getByRole('button', { name: '建立账号并生成链接' }).click();
  await expect(dialog.getByText('请填写此项。')).toBeVisible();
  await dialog.getByLabel('理由').fill('新网格员到岗');
  await dialog.getByRole('button', { name: '建立账号并生成链接' }).click();
  await expect(dialog.getByTestId('invitation-link')).toHaveValue(/\/activate#/);
  await expect(dialog.getByText('申请已提交')).toBeVisible();
  await faultless(admin);
  await admin.goto('/admin/requests');
  await expect(admin.getByTestId('requests').getByRole('row').filter({ hasText: login })).toContainText('新网格员到岗');
  await admin.context().close();
});

test('a second factor is set up, asked for, and taken away', async ({ browser }) => {
  test.setTimeout(180_000);
  const page = await signIn(browser, 'worker', '/account');
  await page.getByRole('button', { name: '启用动态码' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('当前密码').fill(at.password);
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('img', { name: '身份验证器二维码' })).toBeVisible();
  const secret = (await dialog.getByTestId('totp-secret').locator('code').innerText()).trim();
  const used = now();
  await dialog.getByLabel('动态码', { exact: true }).fill(totp(secret, used));
  await page.keyboard.press('Enter');
  await expect(page.getByText('动态码已启用，下次登录时需要输入。')).toBeVisible();

  const other = await fresh(browser);
  await other.goto('/signin?to=/account');
  await fill(other, 'worker', at.password);
  const code = other.getByLabel('动态码', { exact: true });
  await expect(code).toBeFocused();
  await faultless(other);
  await code.fill('000000');
  await other.keyboard.press('Enter');
  await expect(other.getByRole('alert').filter({ hasText: '动态码不正确' })).toBeVisible();
  // A code opens once: the next one is taken as soon as its time begins, or a step early.
  await code.fill(totp(secret, Math.max(now(), used + 1)));
  await other.keyboard.press('Enter');
  await expect(other.getByTestId('user-menu')).toBeVisible();
  await other.context().close();

  await page.reload();
  await page.getByRole('button', { name: '停用动态码' }).click();
  await page.getByRole('dialog').getByLabel('当前密码').fill(at.password);
  await page.keyboard.press('Enter');
  await expect(page.getByText('动态码已停用。')).toBeVisible();
  await page.context().close();
});

test('a password is set anew by two hands, and its holder finds it on the account page', async ({ browser }) => {
  test.setTimeout(240_000);
  const admin = await signIn(browser, 'sysadmin', '/admin/people');
  await admin.getByRole('searchbox', { name: '姓名或登录名' }).fill('neighbour');
  await admin.getByRole('row').filter({ hasText: 'neighbour' }).locator('button').first().click();
  const again = async (reason: string) => {
    await admin.getByRole('button', { name: '重新发放邀请' }).click();
    const dialog = admin.getByRole('dialog').filter({ hasText: '重新发放邀请' });
    await dialog.getByLabel('理由').fill(reason);
    await dialog.getByRole('button', { name: /确\s*定/ }).click();
  };
  await again('本人当面申请');
  await expect(admin.getByText('等待安全保密管理员审批').first()).toBeVisible();

  // Who may decide it is told, and led there.
  const security = await signIn(browser, 'secadmin', '/messages');
  await expect(security.getByTestId('bell')).toHaveAccessibleName(/^消息：\d+ 条未读$/);
  const told = security.getByTestId('messages').getByRole('listitem').first();
  await expect(told).toContainText('提出的申请待您审批。');
  await faultless(security);
  await told.getByRole('link', { name: '前往' }).click();
  await expect(security).toHaveURL(/\/admin\/requests$/);
  const request = security.getByTestId('requests').getByRole('row').filter({ hasText: '（neighbour）重置密码' });
  await expect(request).toContainText('本人当面申请');
  await request.getByRole('button', { name: '批准' }).click();
  await security.getByRole('dialog').getByRole('button', { name: '批准' }).click();
  await expect(security.getByText('申请已批准。')).toBeVisible();
  await security.context().close();

  await again('领取链接');
  await expect(admin.getByTestId('invitation-link')).toHaveValue(/\/activate#/);
  await admin.context().close();

  const holder = await signIn(browser, 'neighbour', '/account');
  const notices = holder.getByTestId('account-notices');
  await expect(notices).toContainText('申请重置您的密码');
  await expect(notices).toContainText('生成了重置您密码的链接');
  await faultless(holder);
  await holder.context().close();
});

test('many people’s sensitive data is exported once somebody else has agreed', async ({ browser }) => {
  const asker = await signIn(browser, 'community', '/people/exports');
  const asked = asker.getByTestId('plain-exports');
  await asked.getByRole('button', { name: '申请导出' }).click();
  const purpose = `低保年审核对 ${Date.now()}`;
  await asker.getByRole('radio', { name: '其他' }).check();
  await asker.getByLabel('用途说明').fill(purpose);
  await faultless(asker);
  await asker.getByRole('dialog').getByRole('button', { name: '申请导出' }).click();
  const own = asked.getByTestId('plain-export').filter({ hasText: purpose });
  await expect(own).toContainText('您本人的申请须由他人审批');

  const lead = await signIn(browser, 'street', '/people/exports');
  await lead
    .getByTestId('plain-export')
    .filter({ hasText: purpose })
    .getByRole('button', { name: /批\s?准/ })
    .click();
  await lead
    .getByRole('dialog')
    .getByRole('button', { name: /批\s?准/ })
    .click();
  await expect(lead.getByTestId('plain-export').filter({ hasText: purpose })).toContainText('已批准');

  await asker.reload();
  const download = asker.waitForEvent('download');
  await own.getByRole('button', { name: /导\s?出/ }).click();
  const rows = (await readFile(await (await download).path(), 'utf8')).trim().split('\n');
  const [, told = ''] = /([\d,]+) 人的敏感数据/.exec(await own.innerText()) ?? [];
  expect(rows.length - 1).toBe(Number(told.replaceAll(',', '')));
  await expect(own).toContainText('已于');
  await expect(own.getByRole('button')).toHaveCount(0);
});
