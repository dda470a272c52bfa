import { useMemo } from 'react';
import { useCasesByRegion, useMeasures } from '../../api/hooks';
import type { Level } from '../../api/levels';
import { classOf, shades } from '../../map/figures/classes';
import { boundsOf, type Figure, valueOf } from '../../map/figures/figures';
import { useFace } from '../../theme';
import { countBy } from './emergencies';
import { paintedLevel } from './state';

/** Classes that a figure is asked to have; small counts have as many as there are different ones. */
export const CLASSES = 5;
/** The codes of a level are multiples of this. */
export const unitOf = (level: Level | null): number =>
  level === 'county' ? 1_000_000_000 : level === 'street' ? 1_000_000 : level === 'community' ? 1_000 : 1;

/** The colours of the regions within another, by a figure; `own` are the places of what the wall itself counts. */
export function usePaint(
  region: number | null,
  figure: Figure,
  at: Date | null,
  own: readonly { region: number }[] | null,
) {
  const face = useFace();
  const level = region === null ? null : paintedLevel(region);
  const measures = useMeasures(level, region);
  const cases = useCasesByRegion(level, region, at);
  return useMemo(() => {
    const byCode = new Map((cases.data?.regions ?? []).map((child) => [child.code, child]));
    const counts = own && countBy(own, unitOf(level));
    const values = (measures.data?.regions ?? []).flatMap((known): [number, number][] => {
      const value = valueOf(figure, {
        measures: known,
        cases: byCode.get(known.code),
        counted: counts ? (counts.get(known.code) ?? 0) : undefined,
      });
      return value === undefined ? [] : [[known.code, value]];
    });
    const numbers = values.map(([, value]) => value);
    const bounds = boundsOf(figure, numbers, CLASSES, 'quantile');
    const colours = shades(face.scales[figure.scale], bounds.length + 1);
    return {
      level,
      bounds,
      colours,
      least: Math.min(...numbers),
      most: Math.max(...numbers),
      known: numbers.length,
      byCode: new Map(values.map(([code, value]) => [code, colours[classOf(value, bounds)] ?? ''])),
    };
  }, [measures.data, cases.data, figure, face, level, own]);
}
