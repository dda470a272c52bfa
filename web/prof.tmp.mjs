import { chromium } from '@playwright/test';
import { execSync } from 'node:child_process';
const ARGS=['--no-sandbox','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync','--use-angle=swiftshader','--enable-unsafe-swiftshader','--ignore-gpu-blocklist','--disable-gpu-rasterization',...(process.env.EXTRA??'').split(' ').filter(Boolean)];
const b=await chromium.launch({executablePath:'/usr/bin/chromium',args:ARGS});
const c=await b.newContext({viewport:{width:1600,height:900},locale:'zh-CN',deviceScaleFactor:Number(process.env.DPR??1)});
await c.request.post(process.env.GRIDHALL_URL+'/api/session',{data:{token:process.env.GRIDHALL_TOKEN}});
const cpu=()=>{const o=execSync("ps -eo pid,args,cputimes --sort=-cputimes | grep chromium | grep -v grep").toString().split('\n').filter(Boolean); const r={};for(const l of o){const t=/--type=([a-z-]+)/.exec(l)?.[1]??'browser';const s=Number(l.trim().split(/\s+/).at(-1));r[t]=(r[t]??0)+s}return JSON.stringify(r)};
const cpu2=()=>{const o=execSync("for p in $(pgrep chromium); do [ -r /proc/$p/stat ] && echo $(tr '\\0' ' ' < /proc/$p/cmdline | grep -o -- '--type=[a-z-]*' | head -1) $(cut -d' ' -f14,15 /proc/$p/stat); done").toString().split('\n').filter(Boolean);const r={};for(const l of o){const q=l.trim().split(/\s+/);const t=q[0].startsWith('--type')?q[0].slice(7):'browser';const n=Number(q.at(-1))+Number(q.at(-2));r[t]=(r[t]??0)+n*10}return JSON.stringify(r)};
const p=await c.newPage();
const t0=Date.now(); const say=x=>console.log(((Date.now()-t0)/1000).toFixed(2),x,cpu2());
for (const path of (process.argv.slice(2).length?process.argv.slice(2):['/map'])){
 await p.goto(process.env.GRIDHALL_URL+path); say('loaded '+path);
 if(path.startsWith('/map')){await p.locator('#map[data-ready=true]').waitFor(); say('ready');}
 else await p.waitForTimeout(3000);
 say('3s');
 await p.waitForTimeout(5000); say('idle 5 s');
}
await b.close();
