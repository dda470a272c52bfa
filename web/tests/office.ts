import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from '@playwright/test';
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
