import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { readSheet } from 'read-excel-file/node';
import { faultless } from './faultless';
import { office } from './office';

const PASSWORD = 'Renmin-2031 lu';

const at = office();

type Row = (string | number | null)[];

/** A workbook as openpyxl writes it. */
function workbook(rows: Row[]) {
  const python = process.env['GRIDHALL_PYTHON'] ?? 'python3';
  const buffer = execFileSync(python, [join(import.meta.dirname, '../../tests/xlsx.py'), 'write'], {
    input: JSON.stringify([rows]),
  });
  return {
    name: '人员名单.xlsx',
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer,
  };
}

async function signIn(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ baseURL: at.url, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  await page.goto('/signin?to=/admin/people');
  await page.getByLabel('登录名', { exact: true }).fill('sysadmin');
  await page.getByLabel('密码', { exact: true }).fill(at.password);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('user-menu')).toBeVisible();
  return page;
}

test('a list is checked as it is chosen, corrected, imported, and its links open the accounts', async ({ browser }) => {
  test.setTimeout(180_000);
  const page = await signIn(browser);
  const mark = Date.now().toString(36);
  const login = `i${mark}`;
  await page.getByRole('button', { name: '导入人员' }).click();
  const dialog = page.getByRole('dialog', { name: '导入人员' });
  await faultless(page, { every: true });

  // The template has the headings, and the agencies by their names.
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: '下载模板' }).click();
  const template = await (await download).path();
  const headings = ((await readSheet(template, '人员'))[0] ?? []).map(String);
  expect(headings).toEqual(['姓名', '登录名', '机构编码', '机构名称', '身份证号码', '电话', '邮箱', '只用证书登录']);
  const agency =
    (await readSheet(template, '机构')).map((row) => String(row[1])).find((name) => name.startsWith('百花湖社区')) ??
    '';
  expect(agency).not.toBe('');

  // By the keyboard alone.
  const chooser = page.waitForEvent('filechooser');
  await dialog.getByRole('button', { name: '把填好的 XLSX 文件拖到这里' }).focus();
  await page.keyboard.press('Enter');
  const bad = Array.from({ length: 12 }, (_, at): Row => [`某${at}`, `Wrong ${at}`, null, agency]);
  await (await chooser).setFiles(
    workbook([
      headings,
      ['王芳', login, null, agency],
      // biome-ignore lint/correctness/noPrecisionLoss: Excel rounds so, and that is refused
      ['李娜', `${login}.2`, null, '没有的机构', 360502199001010033],
      ...bad,
    ]),
  );
  await expect(dialog.getByRole('alert')).toContainText('14 人中有 13 行有误，没有导入任何人');
  const rows = dialog.getByRole('row');
  await expect(rows.nth(1)).toContainText('机构名称');
  await expect(rows.nth(1)).toContainText('没有这个名称的机构');
  await expect(rows.nth(2)).toContainText('末几位已经丢失');
  await expect(rows).toHaveCount(9);
  await expect(dialog.getByRole('button', { name: /^导入/ })).toHaveCount(0);
  await faultless(page, { every: true });
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await faultless(page, { every: true });
  await page.setViewportSize({ width: 1600, height: 900 });

  await dialog.getByRole('button', { name: '更正后重新选择文件' }).click();
  const input = dialog.locator('input[type=file]');
  await input.setInputFiles({ name: '名单.csv', mimeType: 'text/csv', buffer: Buffer.from('姓名,登录名\n') });
  await expect(dialog.getByRole('alert')).toContainText('这不是 XLSX 工作簿');
  await input.setInputFiles(
    workbook([headings, ['王芳', login, null, agency, null, '13800001234'], ['@1+1', `${login}.2`, null, agency]]),
  );
  await expect(dialog.getByRole('status')).toContainText('2 人全部核对无误');
  await faultless(page, { every: true });
  await dialog.getByRole('button', { name: '导入 2 人' }).click();
  await expect(dialog.getByText('已建立 2 个账号')).toBeVisible();
  await faultless(page, { every: true });

  // Who goes without the links is asked first.
  await dialog.getByRole('button', { name: '关闭' }).last().click();
  const ask = page.getByRole('dialog').filter({ hasText: '激活链接还没有下载' });
  await ask.getByRole('button', { name: '取消' }).click();
  const links = page.waitForEvent('download');
  await dialog.getByRole('button', { name: '下载激活链接' }).click();
  const file = await links;
  expect(file.suggestedFilename()).toMatch(/^激活链接_.*\.csv$/);
  const lines = (await readFile(await file.path(), 'utf8'))
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
  expect(lines[0]).toEqual(['\ufeff姓名', '登录名', '机构', '激活链接']);
  expect(lines[1]?.slice(0, 3)).toEqual(['王芳', login, agency]);
  expect(lines[2]?.[0]).toBe("'@1+1");
  await dialog.getByRole('button', { name: '关闭' }).last().click();
  await expect(dialog).toHaveCount(0);
  await page.getByRole('searchbox', { name: '姓名或登录名' }).fill(login);
  await expect(page.getByRole('button', { name: '查看 王芳 的账号' })).toBeVisible();

  const guest = await (await browser.newContext({ baseURL: at.url, locale: 'zh-CN' })).newPage();
  const { pathname, hash } = new URL(lines[1]?.[3] ?? '');
  await guest.goto(pathname + hash);
  await expect(guest.getByRole('heading', { name: '您好，王芳' })).toBeVisible();
  await guest.getByLabel('新密码', { exact: true }).fill(PASSWORD);
  await guest.getByLabel('再次输入新密码').fill(PASSWORD);
  await guest.keyboard.press('Enter');
  await expect(guest.getByRole('link', { name: '去登录' })).toBeVisible();
  await guest.context().close();
  await page.context().close();
});
