import type { Feature, Geometry, Polygon } from 'geojson';
import type {
  ExpressionSpecification,
  FilterSpecification,
  GeoJSONSource,
  LayerSpecification,
  Map as MapLibre,
} from 'maplibre-gl';
import { levelOf } from '../api/levels';
import type { Face } from '../theme';

/** A thing whose details are open: its own geometry, and where it was picked. */
export interface Mark {
  geometry: Geometry;
  at: readonly [lon: number, lat: number];
  /** How many it stands for. */
  count: number;
}

/** What stands out from the map: the area that is counted, and the thing that was picked. */
export interface Marked {
  region: number | null;
  polygon: Polygon | null;
  thing: Mark | null;
}

export const unmarked: Marked = { region: null, polygon: null, thing: null };

/** Below this zoom a building is smaller than a ring around it. */
const OUTLINED_FROM = 15;
const RING = 3;
const HALO = 6.5;

/** The outline of a building mustn't fill the ring around it. */
const nearer = (width: number): ExpressionSpecification => [
  'interpolate',
  ['linear'],
  ['zoom'],
  12,
  width / 2,
  OUTLINED_FROM,
  width,
];

/** A ring stands free of the point in it; the more it stands for, the larger that is (`cluster` in `styles/build.mjs`). */
const reach = (count: number) => (count > 1 ? 8 + 4.5 * Math.log10(count) : 0);

/** The features that mark a thing; what has an outline has a ring as well, for who looks from afar. */
export function featuresOf({ geometry, at, count }: Mark): Feature[] {
  const own: Feature = { type: 'Feature', properties: { reach: reach(count) }, geometry };
  const outlined = geometry.type === 'Polygon' || geometry.type === 'MultiPolygon';
  return outlined
    ? [own, { type: 'Feature', properties: { far: true, reach: 0 }, geometry: { type: 'Point', coordinates: [...at] } }]
    : [own];
}

const empty = { type: 'FeatureCollection' as const, features: [] };

/** Draws what is marked, over everything else of a map, in the colours of the map's face. */
export class Marks {
  private marked = unmarked;
  private styled = false;
  /** The region that the layers show, as far as they are there. */
  private drawn: number | null = null;

  constructor(
    private readonly map: MapLibre,
    private readonly face: Face,
  ) {
    map.once('load', () => {
      this.styled = true;
      this.add();
    });
    // Another style knows nothing of what was drawn over the one before.
    map.on('styledata', () => this.styled && !map.getLayer('area-fill') && this.add());
  }

  show(marked: Marked): void {
    this.marked = marked;
    if (!this.styled) return;
    const { region, polygon, thing } = marked;
    this.fill('area', polygon ? [{ type: 'Feature', properties: {}, geometry: polygon }] : []);
    this.fill('mark', thing ? featuresOf(thing) : []);
    // Layers that come anew have all tiles read anew.
    if (region === this.drawn && this.map.getLayer('selected-fill')) return;
    this.drawn = region;
    for (const id of ['selected-fill', 'selected-halo', 'selected-region'])
      if (this.map.getLayer(id)) this.map.removeLayer(id);
    const level = region === null ? null : levelOf(region);
    if (!level || !this.map.getSource(level)) return;
    const of = { source: level, 'source-layer': level, filter: ['==', ['id'], region] as FilterSpecification };
    this.map.addLayer(
      { id: 'selected-fill', type: 'fill', ...of, paint: { 'fill-color': this.face.brand, 'fill-opacity': 0.09 } },
      'area-fill',
    );
    this.map.addLayer(this.line('selected-halo', of, this.face.map.halo, HALO, 0.7), 'area-fill');
    this.map.addLayer(this.line('selected-region', of, this.face.brand, RING), 'area-fill');
  }

  /** Draws an area that is being corrected in place of the one that is counted. */
  preview(polygon: Polygon): void {
    if (this.styled) this.fill('area', [{ type: 'Feature', properties: {}, geometry: polygon }]);
  }

  private fill(source: string, features: Feature[]): void {
    this.map.getSource<GeoJSONSource>(source)?.setData({ type: 'FeatureCollection', features });
  }

  private line(
    id: string,
    of: { source: string; 'source-layer'?: string; filter?: FilterSpecification },
    colour: string,
    width: number | ExpressionSpecification,
    opacity = 1,
  ): LayerSpecification {
    return {
      id,
      type: 'line',
      ...of,
      layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': colour, 'line-width': width, 'line-opacity': opacity },
    };
  }

  private add(): void {
    const {
      brand,
      accent,
      map: { halo },
    } = this.face;
    for (const id of ['area', 'mark'])
      if (!this.map.getSource(id)) this.map.addSource(id, { type: 'geojson', data: empty });
    const area = { source: 'area' };
    const drawn = { source: 'mark', filter: ['!=', ['geometry-type'], 'Point'] as FilterSpecification };
    // A curved road would be closed to an area.
    const filled = { source: 'mark', filter: ['==', ['geometry-type'], 'Polygon'] as FilterSpecification };
    const layers: LayerSpecification[] = [
      { id: 'area-fill', type: 'fill', ...area, paint: { 'fill-color': brand, 'fill-opacity': 0.1 } },
      this.line('area-halo', area, halo, HALO, 0.7),
      this.line('area-line', area, brand, RING),
      { id: 'mark-fill', type: 'fill', ...filled, paint: { 'fill-color': accent, 'fill-opacity': 0.22 } },
      this.line('mark-halo', drawn, halo, nearer(HALO + 1), 0.9),
      this.line('mark-line', drawn, accent, nearer(RING)),
      ...this.rings('mark-far', ['has', 'far'], { maxzoom: OUTLINED_FROM }),
      ...this.rings('mark-ring', ['all', ['==', ['geometry-type'], 'Point'], ['!', ['has', 'far']]], {}),
    ];
    for (const layer of layers) this.map.addLayer(layer);
    this.show(this.marked);
  }

  private rings(id: string, filter: FilterSpecification, range: { maxzoom?: number }): LayerSpecification[] {
    const radius = (wider: number): ExpressionSpecification => {
      const at = (least: number) => ['+', wider, ['max', least, ['get', 'reach']]];
      return [
        'interpolate',
        ['exponential', 1.5],
        ['zoom'],
        10,
        at(8),
        15,
        at(11),
        18,
        at(15),
      ] as unknown as ExpressionSpecification;
    };
    const of = { source: 'mark', filter, ...range };
    const {
      accent,
      map: { halo },
    } = this.face;
    const ring = (width: number, colour: string) => ({
      'circle-radius': radius((RING - width) / 2),
      'circle-stroke-width': width,
      'circle-stroke-color': colour,
    });
    return [
      {
        id: `${id}-halo`,
        type: 'circle',
        ...of,
        paint: { ...ring(HALO, halo), 'circle-opacity': 0, 'circle-stroke-opacity': 0.9 },
      },
      { id, type: 'circle', ...of, paint: { ...ring(RING, accent), 'circle-color': accent, 'circle-opacity': 0.12 } },
    ];
  }
}
