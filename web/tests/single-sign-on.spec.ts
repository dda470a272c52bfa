import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { faultless } from './faultless';
import { type OwnServer, ownServer } from './own-server';

/** Two systems that are made by others' libraries, side by side. */
const SYSTEMS = [
  {
    id: 'office',
    name: '协同办公',
    command: [process.execPath, join(import.meta.dirname, 'systems/openid-client.mjs')],
  },
  {
    id: 'emergency',
    name: '应急指挥',
    command: [process.env['GRIDHALL_PYTHON'] ?? 'python3', join(import.meta.dirname, 'systems/authlib_system.py')],
  },
] as const;

let own: OwnServer;
let password = '';
const running: ChildProcess[] = [];
const addresses = new Map<string, string>();

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function signedIn(browser: Browser, login: string, to: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: own.url, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  await page.goto(to);
  await page.getByLabel('登录名', { exact: true }).fill(login);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  return page;
}

test.beforeAll(async () => {
  test.setTimeout(240_000);
  own = await ownServer();
  password = (await readFile(join(own.dataDir, 'demo-password'), 'utf8')).trim();
});

test.afterAll(async () => {
  for (const child of running) child.kill();
  await own?.stop();
});

test('the security administrator registers two systems', async ({ browser }) => {
  test.setTimeout(120_000);
  const page = await signedIn(browser, 'secadmin', '/signin?to=/admin/systems');
  for (const {
    id,
    name,
    command: [program = '', ...args],
  } of SYSTEMS) {
    const port = await freePort();
    const here = `http://127.0.0.1:${port}`;
    addresses.set(id, here);
    await page.getByRole('button', { name: '登记系统' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('系统名称').fill(name);
    await dialog.getByLabel('客户端标识（client_id）').fill(id);
    await dialog.getByLabel('首页网址').fill(`${here}/login`);
    await dialog.getByLabel('登录回调网址（redirect_uri）').fill('nowhere');
    await page.keyboard.press('Enter');
    await dialog.getByLabel('退出通知网址（back-channel）').fill(`${here}/signed-out`);
    await dialog.getByRole('button', { name: /保\s*存/ }).click();
    await expect(dialog.getByText('应为完整网址（https://…）。')).toBeVisible();
    await dialog.getByLabel('登录回调网址（redirect_uri）').focus();
    await page.keyboard.press('Backspace');
    await page.keyboard.type(`${here}/back`);
    await page.keyboard.press('Enter');
    await dialog.getByLabel('退出后返回的网址').fill(`${here}/out`);
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: /保\s*存/ }).click();
    const secret = (await page.getByTestId('system-secret').textContent()) ?? '';
    expect(secret).toMatch(/^gcs_[0-9a-f]{64}$/);
    await page.getByRole('button', { name: '已保存好' }).click();
    await expect(page.getByTestId('system-secret')).toHaveCount(0);
    await expect(page.getByText(id, { exact: true })).toBeVisible();
    const child = spawn(program, args, {
      env: { ...process.env, ISSUER: own.url, CLIENT_ID: id, CLIENT_SECRET: secret, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.push(child);
    await expect
      .poll(
        () =>
          fetch(here).then(
            ({ status }) => status,
            () => 0,
          ),
        { timeout: 30_000 },
      )
      .toBe(200);
  }
  await faultless(page);
});

test('one sign-in opens two systems, and signing out of one signs out of all', async ({ browser }) => {
  test.setTimeout(120_000);
  const [office = '', emergency = ''] = SYSTEMS.map(({ id }) => addresses.get(id));
  // Not signed in anywhere, he comes to a system first, and goes on to it after the sign-in.
  const page = await signedIn(browser, 'worker', `${office}/login`);
  await expect(page.getByRole('heading')).toHaveText(/\d{15} grid_worker/);
  await page.goto(`${office}/renew`);
  await expect(page.getByRole('heading')).toHaveText('已续期');

  // The portal shows both; the second opens without a word.
  await page.goto('/portal');
  await expect(page.getByRole('link', { name: /协同办公/ })).toContainText('已登录');
  await faultless(page);
  const opened = page.context().waitForEvent('page');
  await page.getByRole('link', { name: /应急指挥/ }).click();
  const second = await opened;
  await expect(second.getByRole('heading')).toHaveText(/\d{15} grid_worker/);
  await expect(second).toHaveURL(`${emergency}/`);

  // Out of one, he is out of the other and of Gridhall.
  await second.goto(`${emergency}/logout`);
  await expect(second.getByRole('heading')).toHaveText('已退出');
  for (const home of [office, emergency]) {
    await expect(async () => {
      await page.goto(home);
      await expect(page.getByRole('heading')).toHaveText('未登录', { timeout: 500 });
    }).toPass({ timeout: 20_000 });
  }
  await page.goto('/portal');
  await expect(page.getByLabel('登录名', { exact: true })).toBeVisible();
});

test('signing out of Gridhall signs out of the systems, and a stranger’s wish to sign out is asked about', async ({
  browser,
}) => {
  test.setTimeout(120_000);
  const [office = ''] = SYSTEMS.map(({ id }) => addresses.get(id));
  const page = await signedIn(browser, 'worker', `${office}/login`);
  await expect(page.getByRole('heading')).toHaveText(/grid_worker/);
  await page.goto(`/oauth/logout?client_id=office&post_logout_redirect_uri=${encodeURIComponent(`${office}/out`)}`);
  await expect(page.getByRole('heading', { name: '退出登录' })).toBeVisible();
  await faultless(page);
  await page.goto(office);
  await expect(page.getByRole('heading')).toHaveText(/grid_worker/);
  await page.goBack();
  await page.getByRole('button', { name: '退出全部系统' }).click();
  await expect(page.getByRole('heading')).toHaveText('已退出');
  await expect(async () => {
    await page.goto(office);
    await expect(page.getByRole('heading')).toHaveText('未登录', { timeout: 500 });
  }).toPass({ timeout: 20_000 });
});

test('who signs in by another platform is led there by the server', async ({ browser }) => {
  const at = { baseURL: own.url };
  const security = (await browser.newContext(at)).request;
  expect((await security.post('/api/session', { data: { login: 'secadmin', password } })).status()).toBe(200);
  // It stands for the platform itself, and doesn't know its client.
  const platform = {
    name: '市办公平台',
    issuer: own.url,
    client_id: 'nobody',
    client_secret: 'none',
    match_by: 'external_id',
  };
  const trusted = await security.post('/api/sign-in-providers', { data: platform });
  expect(trusted.status()).toBe(201);
  const { id } = (await trusted.json()) as { id: number };
  const system = (await browser.newContext(at)).request;
  expect((await system.post('/api/session', { data: { login: 'sysadmin', password } })).status()).toBe(200);
  expect((await system.post(`/api/sign-in-providers/${id}/agreement`, { data: {} })).status()).toBe(204);
  const page = await (await browser.newContext({ ...at, locale: 'zh-CN' })).newPage();
  await page.goto('/signin?to=/portal');
  await page.getByRole('link', { name: /市办公平台/ }).click();
  await expect(page).toHaveURL(`${own.url}/signin/refused?why=client`);
  await page.context().close();
});

test('a system that isn’t registered is told to nobody but the reader', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: own.url, locale: 'zh-CN' });
  const page = await context.newPage();
  await page.goto('/oauth/authorize?client_id=unknown&redirect_uri=https%3A%2F%2Felsewhere.test');
  await expect(page).toHaveURL(`${own.url}/signin/refused?why=client`);
  await expect(page.getByText('请求登录的系统没有在本平台登记。')).toBeVisible();
  await faultless(page);
});
