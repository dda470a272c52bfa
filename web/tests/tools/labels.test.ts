import { createExpression } from '@maplibre/maplibre-gl-style-spec';
import { describe, expect, it } from 'vitest';
import { style, styles } from '../../styles/build.mjs';

interface Label {
  id: string;
  type: string;
  layout: Record<string, unknown>;
  paint: Record<string, unknown>;
}

/** What a label says of a name. */
function written(field: unknown, name: string): unknown {
  const made = createExpression(field, 'text-field');
  if (made.result !== 'success') throw new Error(JSON.stringify(made.value));
  return made.value.evaluate({ zoom: 15 }, { type: 1, properties: { name } } as never);
}

describe.each(Object.keys(styles) as (keyof typeof styles)[])('the labels of %s', (face) => {
  const labels = (style(face).layers as unknown as Label[]).filter(({ type }) => type === 'symbol');
  const of = (id: string) => labels.find((label) => label.id === id)?.layout['text-field'];

  it('never lie on each other, and the weightier is placed first', () => {
    for (const { id, layout } of labels) {
      for (const name of ['text-allow-overlap', 'icon-allow-overlap', 'text-ignore-placement'])
        expect(layout[name] ?? false, `${id} ${name}`).toBe(false);
      expect(layout['symbol-sort-key'], id).toBeDefined();
    }
  });

  it('are large enough for Chinese, and have a halo', () => {
    for (const { id, layout, paint } of labels.filter((label) => label.id.endsWith('-name'))) {
      const size = layout['text-size'] as number | unknown[];
      const sizes = typeof size === 'number' ? [size] : (size.slice(3).filter((_, at) => at % 2 === 1) as number[]);
      for (const each of sizes) expect(each, id).toBeGreaterThanOrEqual(11.5);
      expect(paint['text-halo-width'], id).toBeGreaterThan(1);
    }
  });

  it.each([
    ['北湖社区居民委员会', '北湖社区'],
    ['石脑村民委员会', '石脑村'],
    ['石脑村村民委员会', '石脑村'],
    ['铁山里居委会', '铁山里'],
    ['上汾村委会', '上汾村'],
    ['毛家管理处社区', '毛家管理处社区'],
  ])('write %s as %s', (name, expected) => expect(written(of('community-name'), name)).toBe(expected));

  it('number grids within their community', () => {
    expect(written(of('grid-name'), '北湖社区第8网格')).toBe('第8网格');
    expect(written(of('grid-name'), '工业园专属网格')).toBe('工业园专属网格');
  });
});
