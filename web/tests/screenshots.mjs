// Pictures of every page; scripts/screenshots says how it is called.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

const [folder = 'docs/screenshots', ...asked] = process.argv.slice(2);
const url = process.env['GRIDHALL_URL'];
const token = process.env['GRIDHALL_TOKEN'];
if (!url || !token) throw new Error('GRIDHALL_URL and GRIDHALL_TOKEN are to name a running server');
/** How long a page is given to draw itself; a machine without a graphics card needs it. */
const settle = Number(process.env['GRIDHALL_SETTLE'] ?? 12) * 1000;

const sizes = [
  [3840, 1080],
  [1920, 1080],
  [1440, 900],
  [390, 844],
];
const languages = ['zh', 'en'];
const evening = new Date(Date.now() - 24 * 3_600_000);
evening.setUTCHours(12, 0, 0, 0);
/** The wall stands in the dark face, the desk in the light one; the page of the theme shows both, as a whole. */
const shots = [
  { page: 'wall', name: 'wall-day', path: '/wall' },
  { page: 'wall', name: 'wall-night', path: '/wall?theme=night' },
  { page: 'wall', name: 'wall-replay', path: `/wall?at=${evening.toISOString()}` },
  { page: 'map', name: 'map', path: '/map' },
  { page: 'director', name: 'director', path: '/director' },
  { page: 'design', name: 'design', path: '/design', whole: true },
].filter(({ page }) => asked.length === 0 || asked.includes(page));

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  // The same as in playwright.config.ts: WebGL in software, and calls to nobody.
  args: [
    '--no-sandbox',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    '--ignore-gpu-blocklist',
  ],
});
let faults = 0;
for (const language of languages) {
  for (const [width, height] of sizes) {
    const context = await browser.newContext({
      baseURL: url,
      viewport: { width, height },
      locale: language === 'en' ? 'en-GB' : 'zh-CN',
      timezoneId: 'Asia/Shanghai',
    });
    const opened = await context.request.post('/api/session', { data: { token } });
    if (!opened.ok()) throw new Error(`no session: ${opened.status()} ${await opened.text()}`);
    if (language === 'en') await context.addInitScript(() => localStorage.setItem('gridhall.language', 'en'));
    for (const { name, path, whole = false } of shots) {
      const page = await context.newPage();
      page.on('pageerror', (error) => {
        faults += 1;
        console.error(`${path}: ${error.message}`);
      });
      await page.goto(path);
      await page
        .waitForSelector('canvas', { timeout: 60_000 })
        .catch(() => console.error(`${path}: no map in a minute`));
      await page.waitForTimeout(settle);
      const file = join(folder, `${name}-${width}x${height}-${language}.png`);
      await page.screenshot({ path: file, fullPage: whole });
      console.log(file);
      await page.close();
    }
    await context.close();
  }
}
await browser.close();
if (faults > 0) process.exitCode = 1;
