import { expect, test } from 'vitest';
import type { Statistics } from '../../src/api/client';
import { speaker } from '../../src/i18n';
import { entryOf } from '../../src/kit/part/fetching';
import { sayClock } from '../../src/modules/cases/caseClock';
import { words } from '../../src/modules/cases/words';
import { nameRoom, widthOf } from '../../src/modules/desk/charts/names';
import { figures } from '../../src/modules/desk/figures';

const zh = { t: speaker(words, 'zh-CN'), language: 'zh-CN' as const };
const at = (text: string) => Date.parse(text) / 1000;
const now = at('2026-05-01T12:00:00Z');

test.each([
  [{ due_at: at('2026-05-01T15:30:00Z') }, '剩余 3小时', false],
  [{ due_at: '2026-05-01T12:20:00Z' }, '剩余 20分钟', false],
  [{ due_at: '2026-04-28T11:00:00Z' }, '已超期 3天', true],
  [{ due_at: '2026-04-28T11:00:00Z', closed_at: '2026-04-28T10:00:00Z' }, '按时结案', false],
  [{ due_at: '2026-04-28T11:00:00Z', closed_at: '2026-04-28T13:00:00Z' }, '超期 2小时结案', true],
  [{ due_at: '2026-04-28T11:00:00Z', status: 'hung' }, '挂账，暂停计时', false],
])('a case card says how the case stands to its limit: %j', (properties, text, isLate) => {
  expect(sayClock(properties, now, zh)).toEqual({ text, isLate });
});

test('a case without a recorded limit has no clock', () => {
  expect(sayClock({ status: 'handling' }, now, zh)).toBeNull();
});

test('no name beside a bar is cut: it has its width, or the lines that it needs', () => {
  const names = ['住宅', '服务业从业人员较多的其他单位类别'];
  expect(nameRoom(['住宅'], 'zh-CN')).toEqual({ width: 106, lines: 1 });
  for (const language of ['zh-CN', 'en']) {
    const { width, lines } = nameRoom(names, language);
    expect(width * lines).toBeGreaterThanOrEqual(Math.max(...names.map(widthOf)));
  }
  expect(nameRoom(['Organisations of a kind that takes a great many words to say'], 'en').lines).toBeGreaterThan(1);
});

test('the statistics panel lists the categories of service as the workbook does', () => {
  const statistics = {
    people: { total: 9, categories: [{ code: 'RP01', count: 9 }], services: [{ code: 'SV01', count: 5 }], ages: [] },
    buildings: { uses: [] },
    organisations: { types: [] },
    cases: { categories: [], statuses: [], months: [] },
  } as unknown as Statistics;
  expect(figures(statistics, undefined, 'zh-CN').map(({ title, rows }) => [title, rows])).toEqual([
    ['categoriesTitle', [{ name: 'RP01', value: 9 }]],
    ['servicesTitle', [{ name: 'SV01', value: 5 }]],
  ]);
});

test('the entry of a page tells one release from another', () => {
  expect(entryOf('<html><script type="module" crossorigin src="/assets/index-abc.js"></script></html>')).toBe(
    '/assets/index-abc.js',
  );
  expect(entryOf('<html></html>')).toBeUndefined();
});
