// A wall under many changes for a long time: does its memory stay flat? scripts/bench/soak says how it is called.

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from '@playwright/test';

const url = process.env['GRIDHALL_URL'];
const token = process.env['GRIDHALL_TOKEN'];
const database = process.env['GRIDHALL_PSQL'];
if (!url || !token || !database)
  throw new Error('GRIDHALL_URL, GRIDHALL_TOKEN and GRIDHALL_PSQL are to name a running server and its database');
const [minutes = '30', perSecond = '200', report] = process.argv.slice(2);
const [span, rate] = [Number(minutes) * 60_000, Number(perSecond)];
const EVERY_MS = 30_000;
const TURN_MS = 100;
/** Cases that go on, and how many of the made ones stay open. */
const KNOWN = 20_000;
const STANDING = 200;
/** More than so many times the memory of the first third in the last is no flat line; whole processes breathe more than heaps. */
const MOST_GROWTH = { heap_mib: 1.1, worker_mib: 1.1, nodes: 1.1, listeners: 1.1, renderer_mib: 1.3, server_mib: 1.3 };

/** A tenth of the changes are cases that come in, a tenth cases that close, a tenth old ones that go, the rest cases that go on. */
const each = Math.max(1, Math.round((rate * TURN_MS) / 1000 / 10));
const turn = `
with fresh as (
  insert into case_record (number, category, status, severity, channel, reported_at, region, geom)
    select 'SOAK-' || nextval('soak_number'), category, 'reported', severity, channel, now(), region, geom
    from soak_known where n in (select (random() * ${KNOWN})::int from generate_series(1, ${each})) limit ${each} returning id)
  insert into soak_open (id) select id from fresh;
with oldest as (delete from soak_open where n in (select n from soak_open order by n limit greatest(0, (select count(*) - ${STANDING} from soak_open))) returning id),
  ended as (update case_record set status = 'closed', closed_at = now() where id in (select id from oldest) returning id)
  insert into soak_ended (id) select id from ended;
-- What ended goes, so that the city has as many cases at the end as at the start.
with oldest as (delete from soak_ended where n in (select n from soak_ended order by n limit greatest(0, (select count(*) - ${STANDING} from soak_ended))) returning id)
  delete from case_record where id in (select id from oldest);
update case_record set updated_at = now() where id in (select id from soak_known where n in (select (random() * ${KNOWN})::int from generate_series(1, ${each * 7})));
`;
const clean = "delete from case_record where number like 'SOAK-%';\n";
const prepare = `${clean}
create temp sequence soak_number;
create temp table soak_open (n bigserial primary key, id bigint);
create temp table soak_ended (n bigserial primary key, id bigint);
create temp table soak_known as select row_number() over () as n, id, category, severity, channel, region, geom from (select * from case_record where region > 0 order by random() limit ${KNOWN}) picked;
create unique index on soak_known (n);
analyze soak_known;
`;

const psql = spawn('psql', [database, '-q', '-v', 'ON_ERROR_STOP=1'], { stdio: ['pipe', 'ignore', 'inherit'] });
let stopped = false;
psql.once('exit', (status) => {
  if (!stopped) {
    console.error(`psql ended with ${status}`);
    process.exit(1);
  }
});
psql.stdin.write(prepare);

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
const context = await browser.newContext({
  baseURL: url,
  viewport: { width: 1280, height: 720 },
  locale: 'zh-CN',
  timezoneId: 'Asia/Shanghai',
});
const opened = await context.request.post('/api/session', { data: { token } });
if (!opened.ok()) throw new Error(`no session: ${opened.status()} ${await opened.text()}`);
const page = await context.newPage();
let faults = 0;
page.on('pageerror', (error) => {
  faults += 1;
  console.error(error.message);
});
await page.goto('/wall');
await page.waitForSelector('[data-testid="wall"][data-ready="true"]', { timeout: 120_000 });
const cdp = await context.newCDPSession(page);

// The map's worker has a heap of its own, which is asked through the page.
const workers = [];
const answers = new Map();
let asked = 0;
cdp.on(
  'Target.attachedToTarget',
  ({ sessionId, targetInfo }) => targetInfo.type === 'worker' && workers.push(sessionId),
);
cdp.on('Target.receivedMessageFromTarget', ({ message }) => {
  const { id, result } = JSON.parse(message);
  answers.get(id)?.(result);
  answers.delete(id);
});
await cdp.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
const ask = (sessionId, method) =>
  new Promise((resolve) => {
    asked += 1;
    answers.set(asked, resolve);
    void cdp.send('Target.sendMessageToTarget', {
      sessionId,
      message: JSON.stringify({ id: asked, method, params: {} }),
    });
  });
const whole = await browser.newBrowserCDPSession();

const resident = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
async function look() {
  await cdp.send('HeapProfiler.collectGarbage');
  let inWorkers = 0;
  for (const worker of workers) {
    await ask(worker, 'HeapProfiler.collectGarbage');
    inWorkers += (await ask(worker, 'Runtime.getHeapUsage')).usedSize;
  }
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters');
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => resident(id));
  const metrics = await (
    await context.request.get('/metrics', { headers: { Authorization: `Bearer ${token}` } })
  ).text();
  const server = Number(/^gridhall_resident_bytes (\S+)$/m.exec(metrics)?.[1] ?? 0) / 2 ** 20;
  const live = await page.getByTestId('wall').getAttribute('data-live');
  return {
    heap_mib: usedSize / 2 ** 20,
    worker_mib: inWorkers / 2 ** 20,
    nodes,
    listeners: jsEventListeners,
    renderer_mib: Math.max(...renderers),
    server_mib: server,
    live,
    points: await page.evaluate(() => window.__wall?.stage.cases ?? 0),
  };
}

const looks = [];
let sent = 0;
const timer = setInterval(() => {
  // What the database hasn't taken yet isn't heaped up.
  if (psql.stdin.writableLength < 100_000 && psql.stdin.write(turn)) sent += each * 10;
}, TURN_MS);
const started = Date.now();
while (Date.now() - started < span) {
  await page.waitForTimeout(EVERY_MS);
  const seen = { minute: (Date.now() - started) / 60_000, changes: sent, ...(await look()) };
  looks.push(seen);
  console.log(
    `${seen.minute.toFixed(1).padStart(5)} min  ${String(seen.changes).padStart(8)} changes  heap ${seen.heap_mib.toFixed(1)} MiB  worker ${seen.worker_mib.toFixed(1)} MiB  nodes ${seen.nodes}  listeners ${seen.listeners}  renderer ${seen.renderer_mib.toFixed(0)} MiB  server ${seen.server_mib.toFixed(0)} MiB  ${seen.live}  ${seen.points} points`,
  );
}
clearInterval(timer);
stopped = true;
psql.stdin.end(clean);
await new Promise((resolve) => psql.once('exit', resolve));
await browser.close();

/** By how much a figure grew from the first third to the last, as means. */
const grown = (key) => {
  const third = Math.max(1, Math.floor(looks.length / 3));
  const mean = (part) => part.reduce((sum, look) => sum + look[key], 0) / part.length;
  return mean(looks.slice(-third)) / mean(looks.slice(0, third));
};
const growth = Object.fromEntries(
  ['heap_mib', 'worker_mib', 'nodes', 'listeners', 'renderer_mib', 'server_mib'].map((key) => [key, grown(key)]),
);
console.log(
  `last third against first: ${Object.entries(growth)
    .map(([key, by]) => `${key} ×${by.toFixed(2)}`)
    .join('  ')}; ${faults} faults of the page`,
);
if (report) writeFileSync(report, JSON.stringify({ minutes: Number(minutes), rate, growth, looks }, null, 2));
const away = looks.filter(({ live }) => live !== 'live').length;
if (away > 0) console.error(`the wall was away from the server at ${away} of ${looks.length} looks`);
const grows = Object.keys(MOST_GROWTH).filter((key) => growth[key] > MOST_GROWTH[key]);
for (const key of grows) console.error(`${key} grows: ×${growth[key].toFixed(2)}`);
if (faults > 0 || away > 0 || grows.length > 0) process.exitCode = 1;
