import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalogues } from '../../src/i18n';

const I18N = join(import.meta.dirname, '../../src/i18n');
const parts = readdirSync(join(I18N, 'parts')).filter((name) => name.endsWith('.ts'));

/** The keys of each part of a catalogue, those of its own file last, by the part's name. */
async function partsOf(own: 'zh-CN.ts' | 'en.ts', ending: RegExp): Promise<[part: string, keys: string[]][]> {
  const found: [string, string[]][] = [];
  for (const name of parts) {
    const module = (await import(join(I18N, 'parts', name))) as Record<string, Record<string, string>>;
    for (const [title, words] of Object.entries(module)) if (ending.test(title)) found.push([title, Object.keys(words)]);
  }
  const text = readFileSync(join(I18N, own), 'utf8');
  return [...found, [own, [...text.matchAll(/^ {2}(\w+): ['"`]/gm)].map(([, key]) => key ?? '')]];
}

test.each([['zh-CN.ts', /Zh$/, 'zh-CN'], ['en.ts', /En$/, 'en']] as const)('no key of %s overwrites another', async (own, ending, language) => {
  const owners = new Map<string, string[]>();
  for (const [part, keys] of await partsOf(own, ending)) for (const key of keys) owners.set(key, [...(owners.get(key) ?? []), part]);
  expect([...owners].filter(([, found]) => found.length > 1)).toEqual([]);
  // What is counted here is all that there is: else a part would be looked for in vain.
  expect([...owners.keys()].sort()).toEqual(Object.keys(catalogues[language]).sort());
});

/** Words that no official would write, by what stands in their place. */
const POOR: readonly (readonly [poor: RegExp, instead: string])[] = [
  [/挑战/, '待签名原文'], [/作保/, '经其认证的用户可登录'], [/第二因素/, '双因素认证'], [/休眠锁定/, '长期未登录锁定'],
  [/街道乡镇/, '街道（乡镇）'], [/社区村/, '社区（村）'], [/同时(?=$|[，。])/, '同期'], [/[（(][a-z]+\.[a-z]+[)）]/, 'no permission name in a sentence'], [/测绘$/, 'honest wording'],
];

test('words are those of official Chinese', () => {
  // The wall's words have their own keeper.
  const wall = readFileSync(join(I18N, 'parts/wall.ts'), 'utf8');
  const words = Object.entries(catalogues['zh-CN']).filter(([key]) => !new RegExp(`^ {2}${key}: `, 'm').test(wall));
  expect(words.flatMap(([key, text]) => POOR.filter(([poor]) => poor.test(text)).map(([, instead]) => `${key}: ${text} → ${instead}`))).toEqual([]);
  expect([catalogues['zh-CN'].paletteSea, catalogues['zh-CN'].paletteEmber, catalogues['zh-CN'].paletteMoss, catalogues['zh-CN'].palettePlum].every((name) => name.endsWith('色'))).toBe(true);
});
