import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FIRST_PARTS, files, style, styles } from '../../styles/build.mjs';
import manifest from '../manifest.json';

it.each(Object.entries(files()))('%s is committed as it is written from the palette', (path, text) => {
  expect(readFileSync(new URL(`../../../src/${path}`, import.meta.url), 'utf8')).toBe(text);
});

describe.each(Object.keys(styles) as (keyof typeof styles)[])('the style %s', (name) => {
  it('has each layer once, from a source that there is', () => {
    const { layers, sources } = style(name);
    expect(new Set(layers.map((layer) => layer.id)).size).toBe(layers.length);
    for (const layer of layers) if ('source' in layer) expect(Object.keys(sources)).toContain(layer.source);
  });
});

it('the desk begins with the first part that a layer declares', () => {
  const firsts = manifest.modules.flatMap(({ layers }) =>
    layers.flatMap(({ name, parts }) => parts.slice(0, 1).map((part: { name: string }) => [name, part.name] as const)),
  );
  expect(FIRST_PARTS).toEqual(Object.fromEntries(firsts));
});
