import { Button, Slider } from 'antd';
import { type PointerEvent, useMemo, useRef, useState } from 'react';
import { useI18n } from '../../../i18n';
import { classOf } from '../../../map/figures/classes';
import { sayValue } from '../../../map/figures/figures';
import { words } from '../words';
import type { Classed } from './useChoropleth';

const BINS = 36;
/** Where the middle value lies this low between the ends, the axis is by roots: else all bars would stand at its foot. */
const SKEWED = 0.22;

/** Bins over the values: their edges, and how many lie in each. */
export function bins(values: readonly number[]): { edges: number[]; counts: number[] } {
  const sorted = values.toSorted((a, b) => a - b);
  const [least, most] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  if (most === least) return { edges: [least, most], counts: [sorted.length] };
  const middle = sorted[Math.floor(sorted.length / 2)] ?? least;
  const power = (middle - least) / (most - least) < SKEWED ? 2 : 1;
  const edges = Array.from({ length: BINS + 1 }, (_, at) =>
    at === BINS ? most : least + (most - least) * (at / BINS) ** power,
  );
  const counts = new Array<number>(BINS).fill(0);
  for (const value of sorted) {
    const at = Math.min(BINS - 1, Math.floor(((value - least) / (most - least)) ** (1 / power) * BINS));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return { edges, counts };
}

interface Props {
  classed: Classed;
  range: [number, number] | null;
  onRange: (range: [number, number] | null) => void;
}

/** The distribution of the values; a range of it, by dragging or by the slider, filters the map. */
export function Histogram({ classed, range, onRange }: Props) {
  const { t, number } = useI18n(words);
  const { figure, bounds, shades } = classed;
  const values = useMemo(
    () => classed.rows.flatMap(({ value }) => (value === undefined ? [] : [value])),
    [classed.rows],
  );
  const { edges, counts } = useMemo(() => bins(values), [values]);
  const place = useRef<SVGSVGElement>(null);
  const [from, setFrom] = useState<number | null>(null);
  const last = counts.length;
  const tallest = Math.max(1, ...counts);

  const position = (value: number, round: 'down' | 'up') => {
    const at = edges.findIndex((edge) => edge >= value);
    const found = at === -1 ? last : at;
    return round === 'down' && edges[found] !== value ? Math.max(0, found - 1) : found;
  };
  const [low, high] = range ? [position(range[0], 'down'), position(range[1], 'up')] : [0, last];
  const choose = (a: number, b: number) => {
    const [first, second] = [Math.max(0, Math.min(a, b)), Math.min(last, Math.max(a, b))];
    if (second === first || (first === low && second === high)) return;
    onRange(first === 0 && second === last ? null : [edges[first] ?? 0, edges[second] ?? 0]);
  };
  const at = (event: PointerEvent) => {
    const box = place.current?.getBoundingClientRect();
    return box ? ((event.clientX - box.left) / box.width) * last : 0;
  };
  const shown = classed.rows.filter((row) => row.shown).length;

  return (
    <figure className="histogram" data-testid="histogram">
      <figcaption>
        {t('histogram')}
        <Button type="link" size="small" disabled={!range} onClick={() => onRange(null)}>
          {t('wholeRange')}
        </Button>
      </figcaption>
      <svg
        ref={place}
        viewBox={`0 0 ${last} 100`}
        preserveAspectRatio="none"
        aria-hidden
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setFrom(at(event));
        }}
        onPointerMove={(event) =>
          from !== null && choose(Math.floor(Math.min(from, at(event))), Math.ceil(Math.max(from, at(event))))
        }
        onPointerUp={() => setFrom(null)}
        onPointerCancel={() => setFrom(null)}
      >
        <rect className="back" x={0} y={0} width={last} height={100} />
        {counts.map((count, index) => {
          const height = count === 0 ? 0 : Math.max(2, (count / tallest) * 98);
          const middle = ((edges[index] ?? 0) + (edges[index + 1] ?? 0)) / 2;
          const inside = index >= low && index < high;
          return (
            <rect
              key={index}
              x={index + 0.08}
              width={0.84}
              y={100 - height}
              height={height}
              fill={inside ? shades[classOf(middle, bounds)] : undefined}
              className={inside ? 'bar' : 'bar out'}
            />
          );
        })}
      </svg>
      <Slider
        range
        min={0}
        max={last}
        value={[low, high]}
        onChange={([a = 0, b = last]) => choose(a, b)}
        ariaLabelForHandle={[t('rangeLow'), t('rangeHigh')]}
        ariaValueTextFormatterForHandle={[0, 1].map(
          () => (value?: number) => sayValue(figure, edges[value ?? 0], number),
        )}
        tooltip={{ formatter: (value) => sayValue(figure, edges[value ?? 0], number) }}
      />
      <p className="scale">
        <span>{sayValue(figure, range?.[0] ?? edges[low], number)}</span>
        <span data-testid="in-range">{t('regionsShown', { n: number(shown), all: number(values.length) })}</span>
        <span>{sayValue(figure, range?.[1] ?? edges[high], number)}</span>
      </p>
      <p className="sub">{t('histogramHint')}</p>
    </figure>
  );
}
