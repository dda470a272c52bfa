import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../../src');
const files = (readdirSync(SRC, { recursive: true }) as string[]).filter(
  (name) => /\.(css|ts|tsx)$/.test(name) && !name.startsWith('theme/') && !name.endsWith('.d.ts'),
);
const lines = files.flatMap((name) =>
  readFileSync(join(SRC, name), 'utf8')
    .split('\n')
    .map((line, at) => ({ name, line, where: `${name}:${at + 1}` })),
);

/** Where a line says by hand what the theme has a name for. */
function found(ending: RegExp, pattern: RegExp): string[] {
  return lines
    .filter(({ name, line }) => ending.test(name) && pattern.test(line))
    .map(({ where, line }) => `${where}  ${line.trim().slice(0, 120)}`);
}

test('style sheets take type, distances and corners from the theme', () => {
  expect(found(/\.css$/, /font-size: *[\d.]+(px|rem)/)).toEqual([]);
  expect(found(/\.css$/, /(?<![\w-])(padding|margin|gap|row-gap|column-gap)(-\w+)?: [^;}(]*\d+px/)).toEqual([]);
  expect(found(/\.css$/, /border-radius: [^;}(]*\d+px/)).toEqual([]);
});

test('colours come from the theme', () => {
  expect(found(/\.css$/, /#[\da-f]{3,8}\b|\brgba?\(|\bhsla?\(/i)).toEqual([]);
  expect(found(/\.tsx?$/, /['"`]#[\da-f]{3,8}['"`]|['"`]rgba?\(\d|['"`]hsla?\(\d/i)).toEqual([]);
});
