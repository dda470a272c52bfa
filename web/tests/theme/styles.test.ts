import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { document, style, styles } from '../../styles/build.mjs';

describe.each(Object.keys(styles) as (keyof typeof styles)[])('the style %s', (name) => {
  it('is committed as it is written from the palette', () => {
    expect(readFileSync(new URL(`../../../src/map/styles/${name}.json`, import.meta.url), 'utf8')).toBe(document(name));
  });

  it('has each layer once, from a source that there is', () => {
    const { layers, sources } = style(name);
    expect(new Set(layers.map((layer) => layer.id)).size).toBe(layers.length);
    for (const layer of layers) if ('source' in layer) expect(Object.keys(sources)).toContain(layer.source);
  });
});
