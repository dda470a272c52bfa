import { useMemo } from 'react';
import { useCasesByRegion, useMeasures } from '../../../api/hooks';
import { levelOf } from '../../../api/levels';
import { classOf, shades } from '../../../map/figures/classes';
import { boundsOf, type Figure, figureOf, isOfCases, valueOf } from '../../../map/figures/figures';
import { useFace } from '../../../theme';
import type { Choropleth } from './state';

/** A region with its figure and its class. */
export interface Coloured {
  code: number;
  name: string;
  value: number | undefined;
  /** From 0; -1 without a figure. */
  class: number;
  /** Whether it has a figure and lies in the range. */
  shown: boolean;
}

export interface Classed {
  figure: Figure;
  rows: Coloured[];
  bounds: number[];
  shades: string[];
  least: number;
  most: number;
  /** How many regions each class has. */
  counts: number[];
  pending: boolean;
  error: Error | null;
  retry: () => void;
}

/** The regions of a choropleth with their classes, as the server's figures stand; those of cases as they stood at a moment (now when null). */
export function useChoropleth(map: Choropleth, within: number | null, at: Date | null = null): Classed {
  const face = useFace();
  const figure = useMemo(() => figureOf(map.figure), [map.figure]);
  const level = map.on ? map.level : null;
  const ofCases = isOfCases(figure);
  const measures = useMeasures(level, within);
  const cases = useCasesByRegion(ofCases ? level : null, within, at, map.days);
  const { level: wanted, classes, method, own, palette, range } = map;

  const values = useMemo(() => {
    // While another level is fetched, that of before is still there.
    const found = (measures.data?.regions ?? []).filter((region) => levelOf(region.code) === wanted);
    const byCode = new Map((cases.data?.regions ?? []).map((region) => [region.code, region]));
    if (ofCases && !cases.data) return [];
    return found.map((region) => ({
      code: region.code,
      name: region.name,
      value: valueOf(figure, { measures: region, cases: byCode.get(region.code) }),
    }));
  }, [measures.data, cases.data, figure, ofCases, wanted]);

  const classed = useMemo(() => {
    const known = values.flatMap(({ value }) => (value === undefined ? [] : [value]));
    const bounds = boundsOf(figure, known, classes, method, own);
    return {
      bounds,
      least: Math.min(...known),
      most: Math.max(...known),
      shades: shades(face.scales[palette ?? figure.scale], bounds.length + 1),
    };
  }, [values, classes, method, own, palette, figure, face]);

  const rows = useMemo(
    () =>
      values.map(
        ({ code, name, value }): Coloured => ({
          code,
          name,
          value,
          class: value === undefined ? -1 : classOf(value, classed.bounds),
          shown: value !== undefined && (!range || (value >= range[0] && value <= range[1])),
        }),
      ),
    [values, classed, range],
  );
  const counts = useMemo(() => {
    const all = new Array<number>(classed.bounds.length + 1).fill(0);
    for (const row of rows) if (row.shown) all[row.class] = (all[row.class] ?? 0) + 1;
    return all;
  }, [rows, classed]);

  return {
    figure,
    rows,
    counts,
    ...classed,
    pending:
      map.on &&
      (measures.isPending ||
        (ofCases && (cases.isPending || cases.isPlaceholderData)) ||
        (rows.length === 0 && (measures.isFetching || cases.isFetching))),
    error: measures.error ?? (ofCases ? cases.error : null),
    retry: () => {
      void measures.refetch();
      if (ofCases) void cases.refetch();
    },
  };
}
