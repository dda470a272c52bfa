import { expect, test } from '@playwright/test';
import { faultless } from './faultless';
import { office, signedIn } from './office';

const at = office();

test('the notice of the next year is pasted, looked at, corrected and saved', async ({ browser }) => {
  const page = await signedIn(browser, at, 'steward');
  await page.goto('/');
  await expect(page.getByTestId('home-calendar')).toContainText('的节假日安排');
  await page.getByTestId('home-calendar').getByRole('link', { name: /查看/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('工作日历');
  await expect(page.getByTestId('calendar-sheet').locator('table')).toHaveCount(12);
  await faultless(page, { about: 'calendar' });

  await page.getByRole('button', { name: '粘贴通知' }).click();
  await page
    .getByTestId('notice-text')
    .fill(
      '国务院办公厅关于2029年部分节假日安排的通知\n国办发明电〔2028〕1号\n一、元旦：1月1日（周一）放假，与周末连休。\n四、劳动节：5月1日（周二）至5日（周六）放假调休，共5天。5月6日（周日）上班。',
    );
  await page.getByRole('button', { name: '读取' }).click();
  await expect(page.getByTestId('notice-read')).toContainText('读出 2029 年节假日 6 天，调休上班 1 天');
  await faultless(page, { about: 'notice' });
  await page.getByRole('button', { name: '采用到 2029 年' }).click();
  await expect(page.getByTestId('calendar-sum')).toContainText('节假日 6 天，调休上班 1 天');
  // One more day off, by its own name.
  await page.getByRole('button', { name: /^2029-05-07/ }).click();
  await page.getByText('节假日', { exact: true }).last().click();
  await page.getByLabel('节日名称').fill('市定假日');
  await page.keyboard.press('Escape');
  await page.getByTestId('calendar-save').click();
  await expect(page.getByText('已保存。').first()).toBeVisible();
  await page.reload();
  await expect(page.getByTestId('calendar-sum')).toContainText('节假日 7 天，调休上班 1 天');
  await expect(page.getByRole('button', { name: '2029-05-07 市定假日 休' })).toBeVisible();
  await page.context().close();
});

test('everybody sees when a limit ends, and only the steward changes the calendar', async ({ browser }) => {
  const page = await signedIn(browser, at, 'worker');
  await page.goto('/calendar?year=2026');
  await expect(page.getByTestId('calendar-sum')).toContainText('节假日 33 天，调休上班 6 天');
  await expect(page.getByTestId('limit-due')).toBeVisible();
  await expect(page.getByRole('button', { name: '粘贴通知' })).toHaveCount(0);
  await expect(page.getByTestId('calendar-sheet').getByRole('button')).toHaveCount(0);
  await page.context().close();
});
