import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import * as tus from 'tus-js-client';
import { faultless } from './faultless';
import { signedIn } from './office';
import { type OwnServer, ownServer } from './own-server';

const DATA = join(import.meta.dirname, '../../tests/data/files');
const PHOTO = join(DATA, 'photo-with-place.jpg');
let own: OwnServer;
let at: { url: string; password: string };

test.beforeAll(async () => {
  test.setTimeout(240_000);
  own = await ownServer();
  at = { url: own.url, password: (await readFile(join(own.dataDir, 'demo-password'), 'utf8')).trim() };
});
test.afterAll(async () => own?.stop());

test('a case is reported with photos, and talked about with documents', async ({ browser }) => {
  const supervisor = await signedIn(browser, at, 'supervisor');
  const { centre } = (await (await supervisor.request.get('/api/city')).json()) as { centre: [number, number] };
  await supervisor.context().grantPermissions(['geolocation'], { origin: at.url });
  await supervisor.context().setGeolocation({ longitude: centre[0], latitude: centre[1] });
  await supervisor.goto('/cases/new');
  const photos = supervisor.locator('input[type="file"]').first();
  await photos.setInputFiles([PHOTO, join(DATA, 'python-docx.docx')]);
  await expect(supervisor.locator('.ant-upload-list-item-done')).toHaveCount(2);
  // The photo says where it was taken.
  await expect(supervisor.getByText(/^经度 114\.92/)).toBeVisible();
  await supervisor.getByRole('button', { name: '使用我的位置' }).click();
  await expect(supervisor.getByText(`经度 ${centre[0].toFixed(5)}`)).toBeVisible();
  // What isn't taken is refused with the reason, and doesn't stand in the way.
  await photos.setInputFiles({ name: 'x.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<html><script>') });
  await expect(supervisor.locator('.ant-upload-list-item-error')).toHaveCount(1);
  await supervisor.locator('.ant-upload-list-item-error').hover();
  await expect(supervisor.getByText(/不支持此种文件/)).toBeVisible();
  await supervisor.getByLabel('类别').fill('乱堆物堆料');
  await supervisor.locator('.ant-select-item-option').first().click();
  await supervisor.getByLabel('情况说明').fill('路口堆放杂物，影响通行。');
  await faultless(supervisor, { about: 'report with photos' });
  await supervisor
    .getByRole('button', { name: /上\s*报/ })
    .last()
    .click();
  await expect(supervisor.getByText(/^已上报，受理编号/)).toBeVisible();
  await supervisor.getByRole('button', { name: '查看详情' }).click();

  await supervisor.getByRole('tab', { name: '照片和附件 2' }).click();
  const files = supervisor.getByRole('tabpanel', { name: '照片和附件' });
  const photo = files.getByRole('img', { name: 'photo-with-place.jpg' });
  await expect(photo).toBeVisible();
  expect(await photo.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(300);
  await expect(files.getByText('拍摄于 2026/06/01 09:30')).toBeVisible();
  await expect(files.getByText(/^位置待说明：距事发点 \d+ 米/)).toBeVisible();
  await faultless(supervisor, { about: 'files of a case' });
  await photo.click();
  const large = supervisor.locator('.ant-image-preview-img');
  await expect(large).toBeVisible();
  expect(await large.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(240);
  // The page's keys rest under an open photo: U would lead back to the list.
  const place = supervisor.url();
  await supervisor.keyboard.press('u');
  await supervisor.keyboard.press('1');
  await expect(large).toBeVisible();
  await expect(supervisor).toHaveURL(place);
  await expect(supervisor.getByRole('dialog', { name: /受理|修改/ })).toHaveCount(0);
  await supervisor.keyboard.press('Escape');
  await expect(large).toBeHidden();

  await supervisor.getByRole('tab', { name: '内部意见 0' }).click();
  await supervisor.getByLabel('意见', { exact: true }).fill('请到现场看一下。');
  await supervisor.getByLabel('提醒谁看').click();
  await supervisor.keyboard.type('派遣');
  await supervisor.locator('.ant-select-item-option').first().click();
  await supervisor.keyboard.press('Escape');
  await supervisor.getByRole('button', { name: '提交意见' }).click();
  await expect(supervisor.getByTestId('comments').getByText('请到现场看一下。')).toBeVisible();
  await expect(supervisor.getByTestId('comments').getByText(/^提醒：/)).toBeVisible();
  await faultless(supervisor, { about: 'comments of a case' });
});

test('an upload goes on where it was when the server is killed', async () => {
  test.setTimeout(120_000);
  // Plain text, so that it is taken as it is: 6 MiB that no packing makes shorter.
  const bytes = Buffer.from(randomBytes(3 << 20).toString('hex'));
  const options: tus.UploadOptions = {
    endpoint: `${own.url}/api/files`,
    headers: { Authorization: `Bearer ${own.token}` },
    metadata: { filename: '记录.txt' },
    chunkSize: 256 * 1024,
    retryDelays: null,
  };
  let sent = 0;
  let address = '';
  await new Promise<void>((resolve) => {
    const upload = new tus.Upload(bytes, {
      ...options,
      onChunkComplete: (_, accepted) => {
        sent = accepted;
        address = upload.url ?? '';
        if (accepted >= 2 << 20) void own.kill();
      },
      onError: () => resolve(),
      onSuccess: () => resolve(),
    });
    upload.start();
  });
  expect(sent).toBeGreaterThanOrEqual(2 << 20);
  expect(sent).toBeLessThan(bytes.length);
  await own.start();
  let first = -1;
  await new Promise<void>((resolve, reject) => {
    const upload = new tus.Upload(bytes, {
      ...options,
      uploadUrl: address,
      onProgress: (done) => {
        if (first < 0) first = done;
      },
      onError: reject,
      onSuccess: () => resolve(),
    });
    upload.start();
  });
  // What was acknowledged wasn't sent again.
  expect(first).toBeGreaterThanOrEqual(sent);
  const told = await fetch(address, { headers: { Authorization: `Bearer ${own.token}` } });
  expect(await told.json()).toMatchObject({
    name: '记录.txt',
    kind: 'document',
    media_type: 'text/plain',
    size: bytes.length,
    offset: bytes.length,
  });
});
