import { expect, test } from 'vitest';
import { short } from '../../src/kit/pick/regions';
import { clock } from '../../src/kit/useCountdown';
import { device } from '../../src/modules/identity/account/agent';
import { administratorsOf, countStates } from '../../src/modules/identity/admin/administrators';
import { below, searchTree, treeOf } from '../../src/modules/identity/admin/tree';
import { readWish } from '../../src/modules/identity/admin/wish';
import type { Account, Agency } from '../../src/modules/identity/hooks';
import { kept } from '../../src/modules/identity/passwordRules';

const usual = { again: '', login: 'wang', name: '王芳', least: 10 };
const broken = (password: string) =>
  Object.entries(kept({ ...usual, password, again: password }))
    .filter(([, met]) => !met)
    .map(([rule]) => rule);

// The same words as in src/modules/identity/rules.rs; common passwords are left to the server.
test.each(['Renmin-2031 lu', 'correct horse battery', '仰天大笑出门去Aa1我辈岂是蓬蒿人'])('%s is taken', (password) => {
  expect(broken(password)).toEqual([]);
});

test.each([
  ['Short-1', 'length'],
  ['alllowercase', 'kinds'],
  ['Wang-20310101', 'own'],
  ['王芳-20310101a', 'own'],
  ['Aa1-Aa1-Aa1-', 'varied'],
])('%s breaks the rule of %s', (password, rule) => {
  expect(broken(password)).toContain(rule);
});

test('a password that was typed once is not the same twice', () => {
  expect(kept({ ...usual, password: 'Renmin-2031 lu' }).same).toBe(false);
  expect(kept({ ...usual, password: '' }).same).toBe(false);
});

test('waiting is told as a clock does', () => {
  expect([clock(8), clock(75), clock(1800)]).toEqual(['0:08', '1:15', '30:00']);
});

test('a browser and its system are named for people', () => {
  expect(
    device('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0'),
  ).toBe('Edge · Windows');
  expect(
    device('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1'),
  ).toBe('Safari · iOS');
  expect(
    device('Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36 MicroMessenger/8.0'),
  ).toBe('WeChat · Android');
  expect(device('curl/7.88.1')).toBe('curl/7.88.1');
});

const agency = (id: number, parent_id: number | null, name: string, position = 0): Agency => ({
  id,
  parent_id,
  name,
  position,
  region: 360500000000000,
  kind: 'government',
  people: 0,
  code: null,
});
const agencies = [
  agency(4, 2, '百花湖社区'),
  agency(1, null, '市中心'),
  agency(3, 1, '分宜县', 2),
  agency(2, 1, '渝水区', 1),
  agency(9, 7, '上级不在管辖范围'),
];

test('agencies are a tree by their place; one whose parent is out of scope stands at the top', () => {
  const tree = treeOf(agencies);
  expect(tree.map((branch) => branch.agency.id)).toEqual([1, 9]);
  expect(tree[0]?.children.map((branch) => branch.agency.id)).toEqual([2, 3]);
  expect([...below(tree, 2)]).toEqual([2, 4]);
});

test('a search keeps the way to what it finds', () => {
  const { tree, open } = searchTree(treeOf(agencies), '百花');
  expect(tree).toHaveLength(1);
  expect(tree[0]?.children.map((branch) => branch.agency.id)).toEqual([2]);
  expect(open.sort()).toEqual([1, 2]);
});

const account = (administrator: string | null, state: string, posts: string[]) =>
  ({ administrator, state, posts }) as unknown as Account;

test('an administrator is one who may sign in and holds the post', () => {
  const accounts = [
    account('system', 'active', ['系统管理员']),
    account('security', 'left', ['安全保密管理员']),
    account('audit', 'active', []),
    account(null, 'active', ['网格员']),
  ];
  const held = administratorsOf(accounts);
  expect([held.system.length, held.security.length, held.audit.length]).toEqual([1, 0, 0]);
  expect(countStates(accounts)).toEqual(
    new Map([
      ['active', 3],
      ['left', 1],
    ]),
  );
});

test('a region is named by the digits of its level', () => {
  expect([360500000000000, 360502000000000, 360502001000000, 360502001001000, 360502001001001].map(short)).toEqual([
    '3605',
    '360502',
    '360502001',
    '360502001001',
    '360502001001001',
  ]);
});

test('what a request asks for is read, and nothing else', () => {
  expect(
    readWish({
      kind: 'holding',
      account_id: 1,
      account: '王芳',
      post_id: 2,
      post: '网格员',
      stand_in: false,
      from_at: null,
      until_at: null,
    }),
  ).toMatchObject({ kind: 'holding', account: '王芳', until_at: null });
  expect(readWish({ kind: 'role', code: 'x', role: '网格员', permissions: ['a', 'b'], added: ['b'] })).toEqual({
    kind: 'role',
    role: '网格员',
    added: ['b'],
    removed: [],
  });
  expect(readWish({ kind: 'close_post', post_id: 1, post: '审计岗', held_by: ['吴越', '林静'] })).toEqual({
    kind: 'close_post',
    words: { post: '审计岗', held_by: '吴越、林静' },
  });
  expect(
    readWish({
      kind: 'contact',
      account_id: 1,
      account: '吴越',
      after: { name: '吴月', agency_id: 1, phone: null, email: null },
    }),
  ).toEqual({ kind: 'contact', words: { account: '吴越', name: '吴月' } });
  expect(readWish({ kind: 'reset', account_id: 1, account: '王芳', login: 'wang' })).toEqual({
    kind: 'reset',
    words: { account: '王芳', login: 'wang' },
  });
  expect([readWish(null), readWish('x'), readWish({ kind: 'other' })]).toEqual([null, null, null]);
});
