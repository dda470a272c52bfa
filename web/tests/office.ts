import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { type OwnServer, ownServer } from './own-server';

/** Where the demo accounts of a file's tests are, and their password. */
export interface Office {
  url: string;
  password: string;
}

/** An own server for the tests of a file, unless one that is already there is named with its accounts' password. */
export function office(): Office {
  const at = {
    url: process.env['GRIDHALL_IDENTITY_URL'] ?? '',
    password: process.env['GRIDHALL_IDENTITY_PASSWORD'] ?? '',
  };
  let own: OwnServer | null = null;
  test.beforeAll(async () => {
    test.setTimeout(240_000);
    if (at.url !== '') return;
    own = await ownServer();
    at.url = own.url;
    at.password = (await readFile(join(own.dataDir, 'demo-password'), 'utf8')).trim();
  });
  test.afterAll(async () => own?.stop());
  return at;
}

/** A page of a demo account, signed in, in a window of a size. */
export async function signedIn(
  browser: Browser,
  at: Office,
  login: string,
  { width, height } = { width: 1600, height: 900 },
): Promise<Page> {
  const context = await browser.newContext({
    baseURL: at.url,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width, height },
  });
  const answer = await context.request.post('/api/session', { data: { login, password: at.password } });
  expect(answer.status()).toBe(200);
  return context.newPage();
}
