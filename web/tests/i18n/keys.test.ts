import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { speaker, type Words } from '../../src/i18n';
import { shared } from '../../src/i18n/shared';

const SRC = join(import.meta.dirname, '../../src');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.tsx?$/.test(name) && name !== 'api/schema.d.ts',
);
const isWords = (name: string) => name === 'i18n/shared.ts' || /^modules\/[^/]+\/words\.ts$/.test(name);

/** The catalogues by the folder that says them; the shared one is everybody's. */
const catalogues = new Map<string, Words>([['', shared]]);
for (const name of files.filter((file) => isWords(file) && file !== 'i18n/shared.ts')) {
  const { words } = (await import(join(SRC, name))) as { words: Words };
  catalogues.set(name.replace('/words.ts', ''), words);
}
const folderOf = (name: string) =>
  [...catalogues.keys()].find((folder) => folder !== '' && name.startsWith(`${folder}/`)) ?? '';
const sources = files
  .filter((name) => !isWords(name))
  .map((name) => ({ name, folder: folderOf(name), text: readFileSync(join(SRC, name), 'utf8') }));

test.each([...catalogues])(
  'the words of "%s" are there in both languages, none of them twice and none of all’s',
  (folder, words) => {
    expect(Object.keys(words.en).sort()).toEqual(Object.keys(words['zh-CN']).sort());
    const text = readFileSync(join(SRC, folder === '' ? 'i18n/shared.ts' : `${folder}/words.ts`), 'utf8');
    const written = [...text.slice(0, text.indexOf('const en')).matchAll(/(?:^ {2}|, )(\w+):(?= ["'`]|$)/gm)].map(
      ([, key]) => key ?? '',
    );
    expect(written.toSorted()).toEqual(Object.keys(words['zh-CN']).sort());
    if (folder !== '') expect(written.filter((key) => key in shared.en)).toEqual([]);
  },
);

/** Keys that a page puts together: `state_${name}`. */
const beginnings = (text: string) => [...text.matchAll(/`(\w{3,})\$\{/g)].map(([, start]) => start ?? '');

test.each([...catalogues])('every word of "%s" is said by somebody', (folder, words) => {
  const own = sources.filter((source) => folder === '' || source.folder === folder);
  const said = new Set(own.flatMap(({ text }) => [...text.matchAll(/['"`.](\w+)\b/g)].map(([, word]) => word ?? '')));
  const starts = own.flatMap(({ text }) => beginnings(text));
  expect(
    Object.keys(words.en).filter((key) => !said.has(key) && !starts.some((start) => key.startsWith(start))),
  ).toEqual([]);
});

test('what a page says is in its words or in those of all', () => {
  const missing = sources.flatMap(({ name, folder, text }) => {
    const known = { ...shared.en, ...catalogues.get(folder)?.en };
    return [...text.matchAll(/\bt\('(\w+)'/g)].flatMap(([, key]) =>
      key !== undefined && !(key in known) ? [`${relative('.', name)}: ${key}`] : [],
    );
  });
  expect(missing).toEqual([]);
});

test('a sentence has its places filled, and the word that goes with a number', () => {
  const words = { 'zh-CN': { found: '共 {n} 条' }, en: { found: '{n} {n|record|records} of {all}' } };
  expect(speaker(words, 'zh-CN')('found', { n: 1234 })).toBe('共 1,234 条');
  const en = speaker(words, 'en');
  expect(en('found', { n: 1, all: 'ten' })).toBe('1 record of ten');
  expect(en('found', { n: '1,200' })).toBe('1,200 records of {all}');
  expect(en('found', { n: '$&', all: '' })).toBe('$& records of ');
});

/** Words that no official would write, by what stands in their place. */
const POOR: readonly (readonly [poor: RegExp, instead: string])[] = [
  [/挑战/, '待签名原文'],
  [/作保/, '经其认证的用户可登录'],
  [/第二因素/, '双因素认证'],
  [/休眠锁定/, '长期未登录锁定'],
  [/街道乡镇/, '街道（乡镇）'],
  [/社区村/, '社区（村）'],
  [/同时(?=$|[，。])/, '同期'],
  [/[（(][a-z]+\.[a-z]+[)）]/, 'no permission name in a sentence'],
  [/测绘$/, 'honest wording'],
];

test('words are those of official Chinese', () => {
  // The wall's words have their own keeper.
  const words = [...catalogues]
    .filter(([folder]) => folder !== 'modules/wall')
    .flatMap(([, catalogue]) => Object.entries(catalogue['zh-CN']));
  expect(
    words.flatMap(([key, text]) =>
      POOR.filter(([poor]) => poor.test(text)).map(([, instead]) => `${key}: ${text} → ${instead}`),
    ),
  ).toEqual([]);
  const desk: Record<string, string> = catalogues.get('modules/desk')?.['zh-CN'] ?? {};
  expect(['paletteSea', 'paletteEmber', 'paletteMoss', 'palettePlum'].every((key) => desk[key]?.endsWith('色'))).toBe(
    true,
  );
});
