import { defineConfig } from '@playwright/test';

/** Chromium draws WebGL in software, so that the tests need no graphics card, and calls nobody outside. The page around the map is painted without that detour. */
const CHROMIUM = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--disable-gpu-rasterization',
];

export default defineConfig({
  testDir: 'tests',
  testMatch: '*.spec.ts',
  // A test waits for the server, for what moves and for what is typed: another one draws meanwhile.
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  // The map is drawn in software on cores that the server shares; what needed a second try is listed as flaky.
  retries: process.env['CI'] ? 1 : 0,
  reporter: [['list']],
  use: {
    baseURL: process.env['GRIDHALL_URL'] ?? 'http://127.0.0.1:8080',
    viewport: { width: 1600, height: 900 },
    // A quarter of the pixels: the map is drawn in software, and nothing here asks how sharp it is.
    deviceScaleFactor: 0.5,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    trace: 'on-first-retry',
    launchOptions: { executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: CHROMIUM },
  },
});
