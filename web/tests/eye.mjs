// What a page costs until it is seen, and how it moves; scripts/bench/eye says how it is called.

import { writeFileSync } from 'node:fs';
import { chromium } from '@playwright/test';

const url = process.env['GRIDHALL_URL'];
const token = process.env['GRIDHALL_TOKEN'];
if (!url || !token) throw new Error('GRIDHALL_URL and GRIDHALL_TOKEN are to name a running server');
const [report] = process.argv.slice(2);
/** Tasks longer than this are felt. */
const LONG_MS = 50;
const PLAY_MS = 8_000;

const pages = [
  { name: '/map', path: '/map', ready: '[data-testid="map"][data-ready="true"]', map: () => window.__gridhall?.map },
  {
    name: '/wall',
    path: '/wall',
    ready: '[data-testid="wall"][data-ready="true"]',
    map: () => window.__wall?.stage.map,
  },
];

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
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

/** The items by a name of each. */
function grouped(items, nameOf) {
  const groups = new Map();
  for (const item of items) {
    const name = nameOf(item);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(item);
  }
  return groups;
}

/** Follows what the page's main thread does while something is done: its tasks by their time on the processor. */
async function traced(cdp, act) {
  const events = [];
  const collect = ({ value }) => events.push(...value);
  cdp.on('Tracing.dataCollected', collect);
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] },
  });
  const result = await act();
  const complete = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.end');
  await complete;
  cdp.off('Tracing.dataCollected', collect);
  // Of the renderers' main threads, the page's own is the busiest.
  const mains = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const byThread = grouped(
    events.filter(({ name, ph, pid, tid }) => name.endsWith('RunTask') && ph === 'X' && mains.has(`${pid}/${tid}`)),
    ({ pid, tid }) => `${pid}/${tid}`,
  );
  const tasks = [...byThread.values()].toSorted((a, b) => b.length - a.length)[0] ?? [];
  // `tdur` is the thread's own time: waiting for the software that draws in place of a graphics card is not in it.
  const times = tasks.map(({ tdur = 0 }) => tdur / 1000);
  return {
    result,
    tasks: times.length,
    long: times.filter((ms) => ms > LONG_MS).length,
    longest: Math.max(0, ...times),
  };
}

/** Moves the map for some seconds and counts the frames. */
const play = (page, mapOf, ms) =>
  page.evaluate(
    async ([source, span]) => {
      const map = new Function(`return (${source})()`)();
      const start = map.getCenter();
      const zoom = map.getZoom();
      const frames = [];
      let last = performance.now();
      const until = last + span;
      await new Promise((resolve) => {
        const frame = (now) => {
          frames.push(now - last);
          last = now;
          if (now > until) return resolve();
          const at = (until - now) / span;
          map.jumpTo({
            center: [
              start.lng + (Math.sin(at * 12) * 0.12) / 2 ** (Math.sin(at * 6) * 2),
              start.lat + Math.cos(at * 9) * 0.05,
            ],
            zoom: zoom + 2 + Math.sin(at * 6) * 2,
          });
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      });
      map.jumpTo({ center: start, zoom });
      frames.shift();
      frames.sort((a, b) => a - b);
      return {
        fps: 1000 / (frames.reduce((sum, ms) => sum + ms, 0) / frames.length),
        p95: frames[Math.floor(frames.length * 0.95)],
      };
    },
    [mapOf.toString(), ms],
  );

const CROWD = 10_000;
const CROWD_CHANGES_A_SECOND = 200;

/** A wall with many open cases at once, each where one of the city's is or close by, of which some change all the time. */
const crowd = (page, ms) =>
  page.evaluate(
    async ([most, rate, span]) => {
      const { stage } = window.__wall;
      const real = [...stage.spots.values()];
      if (real.length === 0) throw new Error('the city has no open case');
      const at = (index) => ({
        ...real[index % real.length],
        id: 9e15 + index,
        ended: 0,
        severity: 1 + (index % 4),
        lon: real[index % real.length].lon + Math.sin(index) * 0.01,
        lat: real[index % real.length].lat + Math.cos(index) * 0.01,
      });
      stage.setCases(Array.from({ length: most }, (_, index) => at(index)));
      const started = performance.now();
      let changed = 0;
      let frames = 0;
      await new Promise((resolve) => {
        const frame = (now) => {
          frames += 1;
          const due = Math.floor(((now - started) / 1000) * rate);
          for (; changed < due; changed += 1) stage.putCase(at((changed * 37) % most));
          if (now - started > span) return resolve();
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      });
      return { cases: stage.cases, changed, fps: (frames * 1000) / (performance.now() - started) };
    },
    [CROWD, CROWD_CHANGES_A_SECOND, ms],
  );

const rows = {};
for (const { name, path, ready, map } of pages) {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1920, height: 1080 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  });
  const opened = await context.request.post('/api/session', { data: { token } });
  if (!opened.ok()) throw new Error(`no session: ${opened.status()} ${await opened.text()}`);
  await context.addInitScript(() => {
    window.__seen = { lcp: 0, cls: 0, fcp: 0, city: 0 };
    // The city is seen when its divisions and roads are drawn; everything else comes upon it.
    const timer = setInterval(() => {
      const map = window.__gridhall?.map ?? window.__wall?.stage.map;
      if (!map || !['county', 'street', 'road'].every((name) => map.getSource(name) && map.isSourceLoaded(name)))
        return;
      clearInterval(timer);
      map.once('render', () => {
        window.__seen.city = performance.now();
      });
      map.triggerRepaint();
    }, 10);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.__seen.lcp = entry.startTime;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__seen.cls += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        if (entry.name === 'first-contentful-paint') window.__seen.fcp = entry.startTime;
    }).observe({ type: 'paint', buffered: true });
  });
  const page = await context.newPage();
  const cdp = await browser.newBrowserCDPSession();
  const wire = await context.newCDPSession(page);
  await wire.send('Network.enable');
  const sizes = new Map();
  const urls = new Map();
  wire.on('Network.responseReceived', ({ requestId, response, type }) =>
    urls.set(requestId, { url: response.url, type }),
  );
  wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));
  const visit = async () => {
    await page.goto(path);
    await page.waitForSelector(ready, { timeout: 120_000 });
    const drawn = await page.evaluate(() => performance.now());
    const code = await page.evaluate(() => {
      const entries = performance
        .getEntriesByType('resource')
        .filter(({ name }) => /\/assets\/.*\.(js|mjs|css|woff2?)$/.test(new URL(name).pathname));
      return { last: Math.max(...entries.map(({ responseEnd }) => responseEnd)), files: entries.length };
    });
    return { drawn, ...code };
  };
  const first = await visit();
  const seen = await page.evaluate(() => window.__seen);
  const kinds = grouped(
    [...urls].map(([id, { url: from }]) => ({ path: new URL(from).pathname, bytes: sizes.get(id) ?? 0 })),
    ({ path: at }) => (['/api/', '/styles/', '/tiles'].some((from) => at.startsWith(from)) ? 'data' : 'code'),
  );
  const kb = (kind) => (kinds.get(kind) ?? []).reduce((sum, { bytes }) => sum + bytes, 0) / 1000;
  // Again, with its trace: following costs time by itself.
  const load = await traced(cdp, visit);
  const moved = await traced(cdp, () => play(page, map, PLAY_MS));
  const points = await page.evaluate(() => window.__wall?.stage.cases ?? null);
  const crowded = points === null ? null : await traced(cdp, () => crowd(page, PLAY_MS));
  rows[name] = {
    'code, kB compressed': kb('code'),
    'code, files': (kinds.get('code') ?? []).length,
    'data, kB': kb('data'),
    'first text (FCP), ms': seen.fcp,
    'largest text (LCP), ms': seen.lcp,
    'shifts (CLS)': seen.cls,
    "city seen after the page's files, ms": seen.city - first.last,
    'city seen after the click, ms': seen.city,
    'everything drawn after the click, ms': first.drawn,
    'loading: tasks over 50 ms': load.long,
    'loading: longest task, ms': load.longest,
    'moving: frames/s': moved.result.fps,
    'moving: frame p95, ms': moved.result.p95,
    'moving: tasks over 50 ms': moved.long,
    'moving: longest task, ms': moved.longest,
    'live points': points,
    'live points, many': crowded?.result.cases,
    'many, of which changed': crowded?.result.changed,
    'many: tasks over 50 ms': crowded?.long,
    'many: longest task, ms': crowded?.longest,
    'many: frames/s': crowded?.result.fps,
  };
  await context.close();
}
await browser.close();
const names = Object.keys(Object.values(rows)[0]);
console.table(
  Object.fromEntries(
    names.map((name) => [
      name,
      Object.fromEntries(
        pages.map(({ name: page }) => [
          page,
          typeof rows[page][name] === 'number' ? Number(rows[page][name].toFixed(2)) : '—',
        ]),
      ),
    ]),
  ),
);
if (report) writeFileSync(report, JSON.stringify(rows, null, 2));
