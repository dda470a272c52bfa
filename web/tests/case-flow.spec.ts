import { type Browser, expect, type Page, test } from '@playwright/test';
import { faultless } from './faultless';
import { office, signedIn } from './office';

const at = office();

/** A page of somebody who stands at a place. */
async function standing(browser: Browser, login: string, [longitude, latitude]: [number, number]): Promise<Page> {
  const page = await signedIn(browser, at, login);
  await page.context().grantPermissions(['geolocation'], { origin: at.url });
  await page.context().setGeolocation({ longitude, latitude });
  return page;
}

/** Takes an action of an open case, with what its form asks for. */
async function act(
  page: Page,
  action: string,
  fill: (dialog: ReturnType<Page['getByRole']>) => Promise<void> = async () => {},
) {
  await page.reload();
  await expect(page.getByTestId('case-history')).toBeVisible();
  const button = page.locator(`main button[data-action="${action}"]`);
  if ((await button.count()) > 0) await button.click();
  else {
    await page.getByTestId('more-actions').click();
    await page.locator(`.ant-dropdown [data-action="${action}"]`).click();
  }
  const dialog = page.getByRole('dialog');
  await fill(dialog);
  await dialog.locator('.ant-modal-footer .ant-btn-primary, .ant-btn-primary').last().click();
  await expect(dialog).toBeHidden();
}

const say = (note: string) => async (dialog: ReturnType<Page['getByRole']>) => dialog.getByLabel('说明').fill(note);

test('a case goes from a telephone report to its rating, with a return, an extension and a rework', async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const worker = await signedIn(browser, at, 'worker');
  const { centre } = (await (await worker.request.get(`${at.url}/api/city`)).json()) as { centre: [number, number] };
  const supervisor = await standing(browser, 'supervisor', centre);
  await supervisor.goto('/cases/new');
  await supervisor.getByLabel('类别').fill('乱堆物堆料');
  await supervisor.locator('.ant-select-item-option').first().click();
  await supervisor.getByLabel('情况说明').fill('路口堆放杂物，影响通行。');
  await supervisor.getByRole('button', { name: '使用我的位置' }).click();
  await expect(supervisor.getByText(/^经度/)).toBeVisible();
  await supervisor.getByLabel('反映人姓名').fill('王女士');
  await supervisor.getByLabel('联系电话').fill('13900000000');
  await faultless(supervisor, { about: 'report' });
  await supervisor
    .getByRole('button', { name: /上\s*报/ })
    .last()
    .click();
  await expect(supervisor.getByText(/^已上报，受理编号 S\d{6}-/)).toBeVisible();
  await supervisor.getByRole('button', { name: '查看详情' }).click();
  await expect(supervisor).toHaveURL(/\/cases\/\d+$/);
  const path = new URL(supervisor.url()).pathname;
  await expect(supervisor.locator('main')).toContainText('王女士');
  await faultless(supervisor, { about: 'a new case' });

  // Somebody of the place takes the task, and finds it true.
  await act(supervisor, 'ask_verify');
  await worker.goto('/tasks');
  const row = worker.getByTestId('tasks').getByRole('row').filter({ hasText: '核实' }).first();
  await row.getByRole('button', { name: /领\s*取/ }).click();
  await expect(worker.getByText('已领取。')).toBeVisible();
  await faultless(worker, { about: 'tasks' });
  await worker.goto(path);
  await act(worker, 'verify_true', say('现场核实属实。'));

  await act(supervisor, 'accept');
  const chief = await signedIn(browser, at, 'chief');
  await chief.goto(path);
  await act(chief, 'file');
  await expect(chief.locator('main h1')).toHaveText(/^\d{6}-\d{8}-\d{4}$/);

  // Given to a unit that returns it; given to it again, as it is its duty.
  const dispatcher = await signedIn(browser, at, 'dispatcher');
  await dispatcher.goto(path);
  await act(dispatcher, 'dispatch');
  const handler = await signedIn(browser, at, 'handler');
  await handler.goto('/messages');
  await expect(handler.getByTestId('messages')).toContainText('已交由您或您的单位办理');
  await handler.goto(path);
  // Who handles it reads nothing of who reported it.
  await expect(handler.getByTestId('case-history')).toBeVisible();
  await expect(handler.locator('main')).not.toContainText('王女士');
  await act(handler, 'sign');
  await act(handler, 'ask_return', async (dialog) => {
    await dialog.getByLabel('理由').click();
    await handler.locator('.ant-select-item-option').filter({ hasText: '非本单位职责' }).click();
    await say('不属于本单位职责。')(dialog);
  });
  await act(dispatcher, 'grant_return');
  await act(dispatcher, 'dispatch');
  await act(handler, 'ask_extension', async (dialog) => {
    await dialog.getByLabel('延长时间').fill('1');
    await say('需要协调。')(dialog);
  });
  await dispatcher.reload();
  await expect(dispatcher.getByText('申请延期 1 小时')).toBeVisible();
  await faultless(dispatcher, { about: 'a case with an extension to decide' });
  await act(dispatcher, 'grant_extension');
  await act(handler, 'finish', say('已清理。'));

  // Found undone: once more, in half of the time.
  await worker.goto(path);
  await act(worker, 'fail_check', say('杂物仍未清走。'));
  await act(dispatcher, 'dispatch');
  await act(handler, 'finish', say('已再次清理，安排值守。'));
  await act(worker, 'pass_check');
  await act(chief, 'close');
  await expect(chief.locator('main')).toContainText('结案');
  await supervisor.goto(path);
  await act(supervisor, 'call_back', async (dialog) => {
    await dialog.locator('.ant-rate-star [role=radio]').nth(4).click();
    await say('非常满意。')(dialog);
  });
  const history = supervisor.getByTestId('case-history');
  for (const step of ['回访', '结案', '核查不通过', '同意延期', '同意回退', '立案', '核实属实'])
    await expect(history).toContainText(step);

  // What can't be done says why.
  await supervisor.getByTestId('more-actions').click();
  await expect(supervisor.locator('.ant-dropdown [data-action="reopen"]')).toContainText('您没有进行此操作的权限');
  for (const page of [worker, supervisor, chief, dispatcher, handler]) await page.context().close();
});

test('the process is drawn with what stands in each step, and each number opens its cases', async ({ browser }) => {
  const page = await signedIn(browser, at, 'chief');
  await page.goto('/flows');
  await expect(page.getByTestId('flow')).toBeVisible();
  await expect(page.getByTestId('flow')).toContainText('待派遣');
  await faultless(page, { about: 'process' });
  const row = page.getByRole('row').filter({ hasText: '处置中' }).first();
  const count = (await row.getByRole('link').textContent()) ?? '';
  await row.getByRole('link').click();
  await expect(page).toHaveURL(/status=disposing/);
  await expect(page.getByTestId('list-total')).toHaveText(`共 ${count} 条`);
  await page.context().close();
});
