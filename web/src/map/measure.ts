import type { Feature, Position } from 'geojson';
import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl';
import { tokens } from '../theme';
import { area, segments, total } from './geodesic';

/** What was measured: a line, or the corners of an area. */
export interface Measured {
  kind: 'distance' | 'surface';
  points: Position[];
}

/** Metres of each segment and of all; for an area, its perimeter, and its square metres. */
export function measure({ kind, points }: Measured): { parts: number[]; length: number; area: number } {
  const first = points[0];
  const parts = segments(kind === 'surface' && first ? [...points, first] : points);
  return { parts, length: total(parts), area: kind === 'surface' && points.length > 2 ? area(points) : 0 };
}

const LABELS_FROM = 2;

/** Draws what was measured on the map, with the lengths of its segments. */
export class MeasureLayer {
  private data: Feature[] = [];

  constructor(private readonly map: MapLibre) {
    if (map.getLayer('area-fill')) this.ready();
    else map.once('load', () => this.ready());
  }

  private ready(): void {
    if (this.map.getSource('measure')) return;
    this.map.addSource('measure', { type: 'geojson', data: { type: 'FeatureCollection', features: this.data } });
    const of = (type: string) => ['==', ['geometry-type'], type] as never;
    this.map.addLayer({
      id: 'measure-fill',
      type: 'fill',
      source: 'measure',
      filter: of('Polygon'),
      paint: { 'fill-color': tokens.accent, 'fill-opacity': 0.12 },
    });
    this.map.addLayer({
      id: 'measure-line',
      type: 'line',
      source: 'measure',
      filter: ['!=', ['geometry-type'], 'Point'],
      layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': tokens.accent, 'line-width': 3 },
    });
    this.map.addLayer({
      id: 'measure-point',
      type: 'circle',
      source: 'measure',
      filter: ['has', 'corner'],
      paint: {
        'circle-radius': 4,
        'circle-color': tokens.surface,
        'circle-stroke-color': tokens.accent,
        'circle-stroke-width': 2,
      },
    });
    this.map.addLayer({
      id: 'measure-label',
      type: 'symbol',
      source: 'measure',
      filter: ['has', 'text'],
      layout: {
        'text-field': ['get', 'text'],
        'text-font': ['sans-serif'],
        'text-size': ['case', ['get', 'whole'], 14, 12],
        'text-padding': 2,
        'text-max-width': 14,
        'symbol-sort-key': ['case', ['get', 'whole'], 0, 1],
        'text-variable-anchor': ['bottom', 'top', 'left', 'right'],
        'text-radial-offset': 0.7,
      },
      paint: { 'text-color': tokens.accent, 'text-halo-color': tokens.surface, 'text-halo-width': 2 },
    });
    this.update();
  }

  /** Results, and what is being drawn: of that only the figures, as the drawing shows itself. */
  show(
    results: readonly Measured[],
    live: Measured | null,
    say: { length: (metres: number) => string; area: (squareMetres: number) => string },
  ): void {
    this.data = [
      ...results.flatMap((result) => [...shape(result), ...labels(result, say)]),
      ...(live ? labels(live, say) : []),
    ];
    this.update();
  }

  private update(): void {
    this.map.getSource<GeoJSONSource>('measure')?.setData({ type: 'FeatureCollection', features: this.data });
  }

  destroy(): void {
    for (const id of ['measure-label', 'measure-point', 'measure-line', 'measure-fill'])
      if (this.map.getLayer(id)) this.map.removeLayer(id);
    if (this.map.getSource('measure')) this.map.removeSource('measure');
  }
}

const feature = (geometry: Feature['geometry'], properties: Record<string, unknown> = {}): Feature => ({
  type: 'Feature',
  properties,
  geometry,
});

function shape({ kind, points }: Measured): Feature[] {
  const corners = points.map((at) => feature({ type: 'Point', coordinates: at }, { corner: true }));
  const ring = [...points, ...points.slice(0, 1)];
  return [
    feature(
      kind === 'surface' ? { type: 'Polygon', coordinates: [ring] } : { type: 'LineString', coordinates: points },
    ),
    ...corners,
  ];
}

function labels(
  measured: Measured,
  say: { length: (metres: number) => string; area: (squareMetres: number) => string },
): Feature[] {
  const { kind, points } = measured;
  const { parts, length, area: inside } = measure(measured);
  const middles =
    parts.length < LABELS_FROM
      ? []
      : parts.map((part, at) => {
          const [a, b] = [points[at], points[(at + 1) % points.length]];
          return feature(
            { type: 'Point', coordinates: [((a?.[0] ?? 0) + (b?.[0] ?? 0)) / 2, ((a?.[1] ?? 0) + (b?.[1] ?? 0)) / 2] },
            { text: say.length(part), whole: false },
          );
        });
  const last = points.at(-1);
  if (!last || length === 0) return [];
  const middle = [
    points.reduce((sum, at) => sum + (at[0] ?? 0), 0) / points.length,
    points.reduce((sum, at) => sum + (at[1] ?? 0), 0) / points.length,
  ];
  return [
    feature(
      { type: 'Point', coordinates: kind === 'surface' ? middle : last },
      { text: kind === 'surface' ? say.area(inside) : say.length(length), whole: true },
    ),
    ...middles,
  ];
}
