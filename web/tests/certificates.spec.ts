import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, expect, type Locator, type Page, test } from '@playwright/test';
import { faultless } from './faultless';
import { office } from './office';

const run = promisify(execFile);

const at = office();
/** Authorities, certificates and keys, in a folder for each algorithm. */
let made = '';

test.beforeAll(async () => {
  test.setTimeout(240_000);
  made = await mkdtemp(join(tmpdir(), 'gridhall-ca-'));
  const challenge = join(made, 'any.txt');
  await writeFile(challenge, 'any');
  await run('../scripts/test-ca', [made, challenge]);
});

test.afterAll(async () => {
  await rm(made, { recursive: true, force: true });
});

const of = (file: string) => join(made, file);

/** A browser of somebody who has just come to the machine. */
async function fresh(browser: Browser, width = 1600): Promise<Page> {
  const context = await browser.newContext({
    baseURL: at.url,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width, height: 900 },
  });
  return context.newPage();
}

/** Somebody who is signed in by password, at a page. */
async function signedIn(browser: Browser, login: string, path: string): Promise<Page> {
  const page = await fresh(browser);
  expect((await page.request.post('/api/session', { data: { login, password: at.password } })).status()).toBe(200);
  await page.goto(path);
  return page;
}

/** The page's tab for certificates, with a challenge. */
async function atTheDoor(browser: Browser, width?: number): Promise<Page> {
  const page = await fresh(browser, width);
  await page.goto('/signin?to=/account');
  await page.getByRole('tab', { name: '证书登录' }).click();
  // Nobody is given a challenge who hasn't asked to sign by hand.
  await expect(page.getByTestId('challenge')).toHaveCount(0);
  await page.getByRole('button', { name: '其他方式：手工签名' }).click();
  await expect(page.getByTestId('challenge')).toBeVisible();
  return page;
}

/** The challenge as the page gives it to be taken along. */
async function downloaded(page: Page): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '下载原文文件' }).click(),
  ]);
  const file = of(`challenge-${Date.now()}.txt`);
  await download.saveAs(file);
  expect(await readFile(file, 'utf8')).toBe(await page.getByTestId('challenge').innerText());
  return file;
}

/** A challenge signed by OpenSSL, as CMS in DER. */
async function signed(kind: 'rsa' | 'ec', name: string, challenge: string): Promise<string> {
  const out = `${challenge}.p7s`;
  await run('openssl', [
    'cms',
    '-sign',
    '-binary',
    '-in',
    challenge,
    '-signer',
    of(`${kind}/${name}.pem`),
    '-inkey',
    of(`${kind}/${name}.key`),
    '-certfile',
    of(`${kind}/between.pem`),
    '-md',
    'sha256',
    '-outform',
    'DER',
    '-out',
    out,
  ]);
  return out;
}

const bring = (page: Page, ...files: string[]) =>
  page.locator('.certificate-form input[type=file]').setInputFiles(files);
const enter = (page: Page) =>
  page.getByRole('form', { name: '证书登录' }).getByRole('button', { name: /登录$/ }).click();
const refusal = (page: Page, said: string | RegExp) =>
  expect(page.getByRole('alert').filter({ hasText: said })).toBeVisible();
const upload = (within: Page | Locator, file: string) => within.locator('input[type=file]').first().setInputFiles(file);

/** The system administrator agrees to what the security administrator has asked for: every request that waits. */
async function agree(browser: Browser): Promise<void> {
  const context = await browser.newContext({ baseURL: at.url });
  expect(
    (await context.request.post('/api/session', { data: { login: 'sysadmin', password: at.password } })).status(),
  ).toBe(200);
  const { items } = (await (await context.request.get('/api/rights-requests?open=true&limit=500')).json()) as {
    items: { id: number; kind: string }[];
  };
  const theirs = items.filter(({ kind }) => ['certificate', 'authority', 'unbind'].includes(kind));
  expect(theirs.length).toBeGreaterThan(0);
  for (const { id } of theirs) {
    expect(
      (await context.request.post(`/api/rights-requests/${id}/decision`, { data: { granted: true } })).status(),
    ).toBe(204);
  }
  await context.close();
}

async function trust(page: Page, name: string, file: string): Promise<void> {
  await page.getByRole('button', { name: '添加机构' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('名称').fill(name);
  await upload(dialog, of(file));
  await expect(dialog.getByLabel('机构证书')).toHaveValue(/BEGIN CERTIFICATE/);
  await dialog.getByRole('button', { name: '信任该机构' }).click();
  await expect(dialog).toBeHidden();
}

async function drawerOf(page: Page, login: string): Promise<Locator> {
  await page.goto('/admin/people');
  await page.getByRole('searchbox', { name: '姓名或登录名' }).fill(login);
  await page.getByRole('row').filter({ hasText: login }).locator('button').first().click();
  const drawer = page.getByTestId('account-drawer');
  await expect(drawer.getByRole('heading', { name: '登录证书' })).toBeVisible();
  return drawer;
}

test('the security administrator trusts an authority once its revocation list is there', async ({ browser }) => {
  test.setTimeout(180_000);
  const page = await signedIn(browser, 'secadmin', '/admin/authorities');
  await expect(page.getByText('还没有受信任的机构')).toBeVisible();
  await faultless(page);

  await page.getByRole('button', { name: '添加机构' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('名称').fill('市政务根 CA');
  await upload(dialog, of('rsa/root.key'));
  await expect(dialog.getByText('这是私钥或含私钥的文件，没有发送。')).toBeVisible();
  await expect(dialog.getByLabel('机构证书')).toHaveValue('');
  // What the server finds wrong stands at the field that it is about.
  await upload(dialog, of('rsa/good.pem'));
  await expect(dialog.getByLabel('机构证书')).toHaveValue(/BEGIN CERTIFICATE/);
  await dialog.getByRole('button', { name: '信任该机构' }).click();
  await expect(dialog.locator('.ant-form-item-explain-error')).toContainText('不是证书颁发机构');
  await dialog.getByLabel('吊销列表来源').fill('http://ca.example/root.crl');
  await dialog.getByLabel('过期宽限').fill('24');
  await expect(dialog.getByText('ca.example', { exact: true })).toBeVisible();
  await upload(dialog, of('rsa/root.pem'));
  await dialog.getByRole('button', { name: '信任该机构' }).click();
  await expect(dialog).toBeHidden();
  await trust(page, '市政务运营 CA', 'rsa/between.pem');

  const root = page.getByTestId('authority').filter({ hasText: '市政务根 CA' });
  await expect(root).toContainText('没有吊销列表');
  await expect(root).toContainText('等待系统管理员审批');
  // The system administrator sees what is asked for, and agrees on the page of requests.
  const system = await signedIn(browser, 'sysadmin', '/admin/requests');
  const asked = system.getByTestId('requests').getByRole('row').filter({ hasText: '信任证书颁发机构“市政务根 CA”' });
  await asked.getByRole('button', { name: '批准' }).click();
  await system.getByRole('dialog').getByRole('button', { name: '批准' }).click();
  await expect(system.getByText('申请已批准。')).toBeVisible();
  await system.context().close();
  await agree(browser);
  await page.reload();
  await expect(root).not.toContainText('等待系统管理员审批');
  await expect(root).toContainText('24 小时');
  await upload(root, of('rsa/between.crl'));
  await expect(root.getByRole('alert').filter({ hasText: /吊销列表不是“.*”签发的/ })).toBeVisible();
  await upload(root, of('rsa/root.crl'));
  await expect(root.getByText('吊销列表有效')).toBeVisible();
  const between = page.getByTestId('authority').filter({ hasText: '市政务运营 CA' });
  await upload(between, of('rsa/stale.crl'));
  await expect(between.getByText('吊销列表已过期，该机构的证书暂时不能登录')).toBeVisible();
  await upload(between, of('rsa/between.crl'));
  await expect(between.getByRole('status')).toContainText('已吊销 1 张证书');
  await expect(between.getByText('吊销列表有效')).toBeVisible();
  await faultless(page);

  // Nobody else has this section.
  const other = await signedIn(browser, 'sysadmin', '/admin/authorities');
  await expect(other.getByRole('link', { name: '用户概况' })).toBeVisible();
  await expect(other.getByText('证书颁发机构')).toHaveCount(0);
  await other.context().close();
  await page.context().close();
});

test('a certificate is bound to somebody, who signs in with its key', async ({ browser }) => {
  test.setTimeout(180_000);
  const security = await signedIn(browser, 'secadmin', '/admin/people');
  const drawer = await drawerOf(security, 'worker');
  await expect(drawer.getByText('没有绑定证书。')).toBeVisible();
  for (const name of ['good', 'revoked']) {
    await drawer.getByRole('button', { name: '绑定证书' }).click();
    const dialog = security.getByRole('dialog').filter({ hasText: '绑定后' });
    await upload(dialog, of(`rsa/${name}.pem`));
    await dialog.getByRole('button', { name: '绑定证书' }).click();
    await expect(dialog).toBeHidden();
  }
  const bound = drawer.getByTestId('certificates').getByRole('listitem').filter({ hasText: 'CN=good' });
  await expect(bound).toContainText('测试运营 CA rsa');
  await expect(bound).toContainText('2045');
  // An identity number in the subject isn't shown whole.
  await expect(bound).toContainText('360502********4519');
  await expect(bound).toContainText('等待系统管理员审批');
  await faultless(security);
  await security.context().close();
  await agree(browser);

  const page = await atTheDoor(browser);
  await faultless(page);
  await enter(page);
  await refusal(page, '请先交回对上面原文的签名');
  await bring(page, of('rsa/good.key'));
  await refusal(page, '这是私钥');
  await bring(page, await signed('rsa', 'good', await downloaded(page)));
  await expect(page.getByRole('list', { name: '已识别的内容' })).toContainText('CMS/PKCS#7 签名');
  await faultless(page);
  await enter(page);
  await expect(page).toHaveURL(/\/account$/);
  await expect(page.getByRole('heading', { name: '我的证书' })).toBeVisible();
  await expect(page.locator('.certificate')).toHaveCount(2);
  await expect(page.getByRole('listitem').filter({ hasText: '本会话' })).toContainText('证书');
  await faultless(page);
  await page.context().close();
});

test('what isn’t taken is told in words, and each try has a challenge of its own', async ({ browser }) => {
  test.setTimeout(180_000);
  const page = await atTheDoor(browser);
  const first = await page.getByTestId('challenge').innerText();
  await bring(page, await signed('rsa', 'revoked', await downloaded(page)));
  await enter(page);
  await refusal(page, /360502\*{8}4519, CN=revoked.*已于 \d{4}-\d\d-\d\d \d\d:\d\d 吊销。/);
  await expect(page.getByTestId('challenge')).not.toHaveText(first);
  await faultless(page);

  await bring(page, await signed('rsa', 'other', await downloaded(page)));
  await enter(page);
  await refusal(page, '该证书未绑定账号');

  // An authority that nobody trusts; the signature comes pasted.
  const unknown = await readFile(await signed('ec', 'good', await downloaded(page)));
  await page.getByLabel('或在此粘贴签名').fill(unknown.toString('base64'));
  await enter(page);
  await refusal(page, '不在受信任之列');
  await page.getByLabel('或在此粘贴签名').fill('你好');
  await refusal(page, '无法识别');
  await page.context().close();
});

test('a bare signature of SM2 goes with its certificate', async ({ browser }) => {
  test.setTimeout(180_000);
  const security = await signedIn(browser, 'secadmin', '/admin/authorities');
  for (const [name, file] of [
    ['国密根 CA', 'root'],
    ['国密运营 CA', 'between'],
  ] as const) {
    await trust(security, name, `sm2/${file}.pem`);
    const card = security.getByTestId('authority').filter({ hasText: name });
    await upload(card, of(`sm2/${file}.crl`));
    await expect(card.getByText('吊销列表有效')).toBeVisible();
  }
  await agree(browser);
  const street = (await (await security.request.get('/api/accounts?q=street')).json()) as {
    items: { id: number; name: string }[];
  };
  const id = street.items[0]?.id ?? 0;
  expect(
    (
      await security.request.post(`/api/accounts/${id}/certificates`, {
        data: { certificate: await readFile(of('sm2/good.pem'), 'utf8') },
      })
    ).status(),
  ).toBe(202);
  await agree(browser);

  const page = await atTheDoor(browser, 390);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  const challenge = await downloaded(page);
  await run('openssl', [
    'dgst',
    '-sm3',
    '-sigopt',
    'distid:1234567812345678',
    '-sign',
    of('sm2/good.key'),
    '-out',
    `${challenge}.sig`,
    challenge,
  ]);
  await bring(page, `${challenge}.sig`);
  await enter(page);
  await refusal(page, '裸签名中没有证书');
  await bring(page, of('sm2/good.pem'));
  await enter(page);
  await expect(page).toHaveURL(/\/account$/);

  // Unbinding ends what the certificate opened.
  const drawer = await drawerOf(security, 'street');
  await drawer.getByRole('button', { name: /^解绑/ }).click();
  await security
    .getByRole('dialog')
    .filter({ hasText: '解绑证书' })
    .getByRole('button', { name: '解绑', exact: true })
    .click();
  await expect(drawer.getByText('已解绑')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('tab', { name: '证书登录' })).toBeVisible();
  await page.context().close();

  await security.goto('/admin/authorities');
  await security.getByRole('button', { name: '移除 国密根 CA' }).click();
  await security.getByRole('dialog').getByRole('button', { name: '移除', exact: true }).click();
  await expect(security.getByTestId('authority').filter({ hasText: '国密根 CA' })).toHaveCount(0);
  await security.context().close();
});

test('a challenge that has run out is taken anew, by keyboard alone', async ({ browser }) => {
  const page = await fresh(browser);
  await page.clock.install();
  await page.goto('/signin');
  await page.getByRole('tab', { name: '密码登录' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '其他方式：手工签名' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText(/请在 [12]:\d\d 内完成签名/)).toBeVisible();
  await page.clock.fastForward('02:02');
  await refusal(page, '待签名原文已过期');
  await page.getByRole('button', { name: '重新获取原文' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('challenge')).toBeVisible();
  await page.context().close();
});

test('the audit administrator sets what counts as unusual where it stands', async ({ browser }) => {
  const page = await signedIn(browser, 'auditor', '/audit');
  await page.getByRole('tab', { name: '告警规则' }).click();
  const row = page.getByTestId('rule-mass_read');
  await expect(row).toContainText('在 10 分钟内查阅人口信息达到 300 条');
  await faultless(page);
  const threshold = row.getByRole('spinbutton', { name: '短时间大量查阅人口信息：数量' });
  await threshold.fill('0');
  await row.getByRole('spinbutton', { name: '短时间大量查阅人口信息：时间窗' }).fill('2000');
  await row.getByRole('button', { name: /^保存/ }).click();
  await expect(row.getByRole('alert')).toHaveText(['应为 1–100000', '应为 1–1440']);
  await faultless(page);
  await row.getByRole('button', { name: /^撤销/ }).click();
  await expect(row.getByRole('alert')).toHaveCount(0);
  await threshold.fill('250');
  await threshold.press('Enter');
  await expect(page.getByText('规则已保存')).toBeVisible();
  const off = page.getByTestId('rule-off_hours');
  await off.getByRole('switch').click();
  await off.getByRole('button', { name: /^保存/ }).click();
  await expect(off.getByRole('button', { name: /^保存/ })).toHaveCount(0);
  await page.reload();
  await page.getByRole('tab', { name: '告警规则' }).click();
  await expect(row).toContainText('达到 250 条');
  await expect(off).toContainText('已停用，不检查');
  await page.context().close();
});
