import { chromium } from '@playwright/test';
import fs from 'fs';
const [,, url, out, w='1920', h='1080', wait='6000', script=''] = process.argv;
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync','--use-angle=swiftshader','--enable-unsafe-swiftshader','--ignore-gpu-blocklist'] });
const ctx = await browser.newContext({ viewport: { width: +w, height: +h } });
const page = await ctx.newPage();
page.on('console', m => ['error','warning'].includes(m.type()) && console.log('console', m.type(), m.text().slice(0,300)));
page.on('pageerror', e => console.log('pageerror', e.message.slice(0,500)));
const tok = fs.readFileSync('/tmp/gh/tok','utf8').trim();
const base = new URL(url).origin;
await ctx.request.post(base + '/api/session', { data: { token: tok } }).then(r=>console.log('session', r.status()));
await page.goto(url);
try { await page.waitForSelector('[data-testid=map][data-ready=true]', { timeout: 40000 }); } catch(e) { console.log('not ready'); }
await page.waitForTimeout(+wait);
if (script) { await (new Function('page', `return (async()=>{${script}})()`))(page); }
await page.screenshot({ path: out });
await browser.close();
