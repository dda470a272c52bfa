import type { Page } from '@playwright/test';
import { expect, test } from './desk';
import { faultless } from './faultless';
import { count, server, sql } from './support';

async function openAudit(page: Page): Promise<void> {
  await page.goto('/audit');
  await expect(page.getByTestId('audit')).toBeVisible();
  await expect(
    page
      .getByTestId('audit-entries')
      .getByRole('button', { name: /^查看记录/ })
      .first(),
  ).toBeVisible();
}

/** What is refused once more stands in the audit. */
async function beRefused(page: Page, times: number): Promise<void> {
  for (let at = 0; at < times; at += 1) {
    const answer = await page.request.get(`${server.url}/api/city`, {
      headers: { Authorization: 'Bearer ght_nobody' },
    });
    expect(answer.status()).toBe(401);
  }
  await expect
    .poll(() => count(`select count(*) from audit_entry where action = 'token.refused'`))
    .toBeGreaterThanOrEqual(times);
}

test('the auditor finds who was refused, looks at the entry and takes a file along', async ({ page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await beRefused(page, 1);
  await openAudit(page);
  await page.getByRole('combobox', { name: '操作' }).fill('无效令牌');
  await page.keyboard.press('Enter');
  // The list of actions stays open for more of them.
  await page.keyboard.press('Escape');
  const list = page.getByTestId('audit-entries');
  const rows = list.locator('tbody tr.ant-table-row');
  await expect(rows.first()).toContainText('无效令牌');
  await expect(list.locator('tbody')).not.toContainText('登录');
  // What is looked for stands in the address.
  expect(new URL(page.url()).searchParams.get('action')).toBe('token.refused');
  await expect(page.getByRole('img', { name: '操作量随时间' })).toBeVisible();
  await rows.first().getByRole('button').click();
  await expect(page.getByTestId('audit-entry')).toContainText('GET /api/city');
  await page.keyboard.press('Escape');
  const download = page.waitForEvent('download');
  await page.getByTestId('list-download').click();
  await page.getByRole('menuitem', { name: 'CSV' }).click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
  await expect
    .poll(() => count(`select count(*) from audit_entry where action = 'list.export' and detail ->> 'list' = 'audit'`))
    .toBeGreaterThan(0);
  await faultless(page);
});

test('an alert is closed with a note, and the chain is told of', async ({ page }) => {
  await openAudit(page);
  await sql(`insert into audit_alert (rule, subject, day, actor, actor_key, count, first_entry, last_entry, first_at, last_at)
             values ('mass_read', 'test ${Date.now()}', current_date, '王五', 'account:0', 1234, 1, 2, now(), now())`);
  await page.reload();
  await page.getByRole('tab', { name: '异常告警' }).click();
  const alert = page.getByTestId('audit-alert').filter({ hasText: '王五' }).first();
  await expect(alert).toContainText('1,234');
  await alert.getByRole('button', { name: '处理' }).click();
  await page.getByLabel('处理说明').fill('已核实：批量入户核查');
  await page.getByRole('dialog').getByRole('button', { name: '处理' }).click();
  await expect
    .poll(() => count(`select count(*) from audit_alert where acknowledged_at is null and actor = '王五'`))
    .toBe(0);
  await page.getByRole('tab', { name: '封存状态' }).click();
  await expect(page.getByTestId('audit-chain')).toContainText('最近一次封存');
});

test('on a phone nothing is cut off', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openAudit(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
