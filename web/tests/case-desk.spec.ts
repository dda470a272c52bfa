import { expect, type Page, test } from '@playwright/test';
import { faultless } from './faultless';
import { office, signedIn } from './office';

const at = office();

/** Reports a case by the API, as whoever the page is signed in; gives its id. */
async function report(page: Page, category: string, [lon, lat]: [number, number]): Promise<number> {
  const answer = await page.request.post(`${at.url}/api/cases`, {
    data: { category, lon, lat, detail: '现场有待处理的问题。', address: '仙来大道', channel: 'telephone' },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  return ((await answer.json()) as { id: number }).id;
}

test('a clerk goes through the list without a mouse, and does several at once', async ({ browser }) => {
  const page = await signedIn(browser, at, 'supervisor');
  const { centre } = (await (await page.request.get('/api/city')).json()) as { centre: [number, number] };
  await page.goto('/cases?view=all&status=reported');
  const list = page.getByTestId('cases');
  await expect(list).toHaveAttribute('aria-busy', 'false');

  // Others report meanwhile: the rows stay where they are until the reader asks for the new ones.
  const beside: [number, number] = [centre[0] + 0.0001, centre[1]];
  const alike = [await report(page, 'E0505', centre), await report(page, 'E0505', beside)];
  const other = await report(page, 'C0101', centre);
  const changed = page.getByTestId('list-changed');
  await expect(changed).toBeVisible({ timeout: 30_000 });
  await changed.click();
  const rows = list.locator('tbody tr.ant-table-row');
  await expect(rows.first().getByRole('link')).toHaveAttribute('href', `/cases/${other}`);
  await expect(changed).toBeHidden();

  // The keys: down to the third, marked on the way.
  await page.keyboard.press('?');
  await expect(page.getByTestId('keys-dialog')).toContainText('勾选或取消勾选');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('keys-dialog')).toBeHidden();
  for (const _ of [1, 2, 3]) {
    await page.keyboard.press('j');
    await page.keyboard.press('x');
  }
  await expect(page.getByTestId('case-brief')).toBeVisible();
  const bulk = page.getByTestId('bulk');
  await expect(bulk).toContainText('3');
  await faultless(page, { about: 'the list with marked rows' });
  await bulk.getByRole('button', { name: /受\s*理/ }).click();
  // Two may be the same: they are named with the reason, the third is done.
  await expect(bulk.locator('.ant-alert li')).toHaveCount(2);
  await expect(bulk.locator('.ant-alert')).toContainText('请先查看可能重复的事件。');
  const standing = async (id: number) =>
    ((await (await page.request.get(`/api/cases/${id}`)).json()) as { status: string }).status;
  expect(await standing(other)).toBe('to_file');
  for (const id of alike) expect(await standing(id)).toBe('reported');

  // One after the other, by keys alone.
  await page.goto('/cases?view=all&status=reported');
  await expect(rows.first()).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/cases/${alike[1]}$`));
  await expect(page.getByTestId('case-history')).toBeVisible();
  await page.getByRole('tab', { name: /可能重复/ }).waitFor();
  await page.keyboard.press('1');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('说明')).toBeFocused();
  await page.keyboard.type('已查看。');
  await page.keyboard.press('Control+Enter');
  await expect(dialog).toBeHidden();
  expect(await standing(alike[1]!)).toBe('to_file');
  await page.keyboard.press('j');
  await expect(page).toHaveURL(new RegExp(`/cases/${alike[0]}$`));
  // Its own page is there, with a case before it.
  await expect(page.locator('main a[title="列表中的上一件（K）"]')).toBeVisible();
  await page.keyboard.press('k');
  await expect(page).toHaveURL(new RegExp(`/cases/${alike[1]}$`));
  await page.keyboard.press('u');
  await expect(page).toHaveURL(/\/cases\?view=all&status=reported$/);
});
