// @vitest-environment happy-dom
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App, ConfigProvider } from 'antd';
import { act, Suspense } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { MemoryRouter } from 'react-router';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Session } from '../../src/api/client';
import { declare, declared } from '../../src/api/declared';
import { I18nProvider } from '../../src/i18n';
import { ModulesProvider } from '../../src/kit/module';
import answers from './answers.json';
import { sample } from './module';

/** What the server of the tests answers, as `tests/suite/sample.rs` wrote it down. */
const said: Record<string, unknown> = answers;
const session = { permissions: ['well.read', 'well.write'], regions: [], name: '张三' } as unknown as Session;
let root: Root;
let asked: string[];

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  asked = [];
  vi.stubGlobal('fetch', async (input: Request | string) => {
    const address = new URL(typeof input === 'string' ? input : input.url, 'http://localhost');
    const path = address.pathname + address.search;
    asked.push(path);
    const answer = said[path];
    return answer
      ? Response.json(answer)
      : Response.json({ type: 'x', title: '没有找到', status: 404, detail: '没有这口水井。' }, { status: 404 });
  });
  declare(answers['/api/modules'] as never);
});

afterEach(async () => {
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
  localStorage.clear();
});

async function open(address: string): Promise<HTMLElement> {
  const place = document.createElement('div');
  document.body.replaceChildren(place);
  root = createRoot(place);
  const Body = sample.pages?.[0]?.Body;
  if (!Body) throw new Error('the sample has no page');
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  await act(async () => {
    root.render(
      <MemoryRouter initialEntries={[address]}>
        <I18nProvider>
          <QueryClientProvider client={queries}>
            <ConfigProvider>
              <App>
                <ModulesProvider value={[sample]}>
                  <Suspense>
                    <Body session={session} />
                  </Suspense>
                </ModulesProvider>
              </App>
            </ConfigProvider>
          </QueryClientProvider>
        </I18nProvider>
      </MemoryRouter>,
    );
  });
  return place;
}

/** Waits until something holds. */
async function until(holds: () => boolean, what: string): Promise<void> {
  for (let at = 0; at < 100 && !holds(); at += 1) await act(async () => new Promise((go) => setTimeout(go, 30)));
  expect(holds(), what).toBe(true);
}

test('its list is drawn by the kit, under the name and in the group that the server declares', async () => {
  const place = await open('/wells');
  await until(() => place.textContent?.includes('张家井') ?? false, 'the rows are there');
  expect(place.querySelector('h1')?.textContent).toBe('水井');
  expect(place.querySelector('nav')?.textContent).toContain('基础档案');
  const names = [...place.querySelectorAll('tbody tr.ant-table-row td:nth-child(1)')].map((cell) => cell.textContent);
  expect(names).toEqual(['阿井', '邻井', '龙井', '张家井']);
  expect([...place.querySelectorAll('tbody tr.ant-table-row td:nth-child(2)')].map((cell) => cell.textContent)).toEqual(
    ['使用中', '使用中', '使用中', '干涸'],
  );
  expect(place.querySelector('[data-testid="list-total"]')?.textContent).toContain('4');
  expect(asked).toContain('/api/wells?count=true');
});

test('its list and its record speak English', async () => {
  localStorage.setItem('gridhall.language', 'en');
  const place = await open('/wells');
  await until(() => place.textContent?.includes('张家井') ?? false, 'the rows are there');
  expect(place.querySelector('h1')?.textContent).toBe('Wells');
  expect(place.textContent).toContain('In use');
});

test('a record shows what it was, and one that is not there says so', async () => {
  const place = await open('/wells/1');
  await until(() => place.textContent?.includes('变更记录 1') ?? false, 'its versions are there');
  expect(declared().objects.find(({ kind }) => kind === 'well')?.page).toBe('/wells/{id}');
  const none = await open('/wells/99');
  await until(() => none.textContent?.includes('没有这口水井') ?? false, 'it says that there is none');
});

test('it is made of the kit alone, and no file of the product names it', () => {
  const here = import.meta.dirname;
  const files = readdirSync(here).filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.test.tsx'));
  const imports = files.flatMap((name) =>
    [...readFileSync(join(here, name), 'utf8').matchAll(/from '(\.[^']+)'/g)].map(([, from]) => from ?? ''),
  );
  expect(imports.filter((from) => from.startsWith('..') && !/^\.\.\/\.\.\/src\/(api|i18n|kit)\b/.test(from))).toEqual(
    [],
  );
});
