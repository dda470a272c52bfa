import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../src');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.tsx?$/.test(name) && name !== 'api/schema.d.ts',
);

/** What may be imported from where: a floor knows those below it, and a module knows no other. */
const FLOORS = ['app', 'modules', 'map', 'keys', 'kit', 'theme', 'i18n', 'api'];
const floorOf = (path: string) => path.split('/')[0] ?? '';
const moduleOf = (path: string) => (floorOf(path) === 'modules' ? path.split('/')[1] : undefined);

const imports = files.flatMap((name) => {
  const text = readFileSync(join(SRC, name), 'utf8');
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, to]) => to ?? '');
  return found.map((to) => ({ from: name, to: normalize(join(dirname(name), to)) }));
});

test('modules import no other module, and nothing below imports a module', () => {
  const wrong = imports.filter(({ from, to }) => {
    if (floorOf(to) === 'app') return floorOf(from) !== 'app';
    if (floorOf(to) !== 'modules') return false;
    if (floorOf(from) === 'modules') return moduleOf(from) !== moduleOf(to);
    return floorOf(from) !== 'app';
  });
  expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test('every file stands on one of the floors', () => {
  expect([...new Set(files.filter((name) => name.includes('/')).map(floorOf))].sort()).toEqual([...FLOORS].sort());
});

test('no page is longer than what one can read at a sitting', () => {
  const long = files
    .filter((name) => name.endsWith('.tsx'))
    .map((name) => ({ name, lines: readFileSync(join(SRC, name), 'utf8').split('\n').length }));
  expect(long.filter(({ lines }) => lines > 300)).toEqual([]);
});
