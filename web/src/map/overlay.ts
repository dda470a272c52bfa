import {
  type ExpressionSpecification,
  type FilterSpecification,
  type LayerSpecification,
  type Map as MapLibre,
  Marker,
} from 'maplibre-gl';
import type { Area } from '../api/hooks';
import { type Level, levelOf } from '../api/levels';
import { type Face, tokens } from '../theme';
import { isRemoved } from './removed';
import { lowest } from './stack';

/** How a level's regions are coloured: the shades of the classes, and the class of each region. */
export interface Colouring {
  level: Level;
  shades: readonly string[];
  /** The class from 0; -1 for what has no figure or is out of the range. */
  classes: ReadonlyMap<number, number>;
}

/** An area of the comparison on the map. */
export interface Outlined {
  area: Area;
  letter: string;
  colour: string;
  /** The colour of the letter itself. */
  ink: string;
  /** Where its letter stands. */
  at: readonly [number, number] | null;
}

const LEVELS: readonly Level[] = ['county', 'street', 'community', 'grid'];
const [SEEN, OUT] = [0.86, 0.1];

/** What the planner draws on the map: the choropleth, the chosen regions, the areas of the comparison. */
export class Overlay {
  private colouring: Colouring | null = null;
  private drawn = new Map<number, number>();
  private chosen: readonly number[] = [];
  private outlined: readonly Outlined[] = [];
  private markers: Marker[] = [];
  private styled = false;
  private gone = false;

  constructor(
    private readonly map: MapLibre,
    private readonly face: Face = tokens,
  ) {
    if (map.getLayer('area-fill')) this.ready();
    else map.once('load', () => this.ready());
  }

  private ready(): void {
    if (this.gone) return;
    this.styled = true;
    this.colour(this.colouring);
    this.choose(this.chosen);
    this.outline(this.outlined);
  }

  /** Colours the regions of a level, or none. */
  colour(colouring: Colouring | null): void {
    const before = this.colouring;
    this.colouring = colouring;
    if (!this.styled) return;
    if (!colouring || (before && before.level !== colouring.level) || !this.map.getLayer('choropleth')) {
      for (const id of ['choropleth-edge', 'choropleth']) if (this.map.getLayer(id)) this.map.removeLayer(id);
      if (before) this.map.removeFeatureState({ source: before.level, sourceLayer: before.level });
      this.drawn.clear();
    }
    if (!colouring) return;
    const { level, shades, classes } = colouring;
    if (!this.map.getLayer('choropleth')) {
      const below = lowest(this.map) ?? 'area-fill';
      const of = { source: level, 'source-layer': level };
      this.map.addLayer({ id: 'choropleth', type: 'fill', ...of }, below);
      this.map.addLayer(
        {
          id: 'choropleth-edge',
          type: 'line',
          ...of,
          layout: { 'line-join': 'round' },
          paint: {
            'line-color': this.face.surface,
            'line-width': ['interpolate', ['linear'], ['zoom'], 8, level === 'grid' ? 0.2 : 0.7, 13, 1.4],
            'line-opacity': 0.85,
          },
        },
        below,
      );
    }
    const state: ExpressionSpecification = ['coalesce', ['feature-state', 'class'], -2];
    const steps = shades.flatMap((shade, index) => [index, shade]);
    this.map.setPaintProperty(
      'choropleth',
      'fill-color',
      (steps.length > 0
        ? ['match', state, ...steps, this.face.faint]
        : this.face.faint) as unknown as ExpressionSpecification,
    );
    this.map.setPaintProperty('choropleth', 'fill-opacity', ['case', ['>=', state, 0], SEEN, OUT]);
    for (const [id, value] of classes) {
      if (this.drawn.get(id) === value) continue;
      this.map.setFeatureState({ source: level, sourceLayer: level, id }, { class: value });
    }
    for (const id of this.drawn.keys())
      if (!classes.has(id)) this.map.removeFeatureState({ source: level, sourceLayer: level, id });
    this.drawn = new Map(classes);
  }

  /** Marks the regions that are counted as one. */
  choose(codes: readonly number[]): void {
    this.chosen = codes;
    if (!this.styled) return;
    this.regions(
      'chosen',
      codes.map((code) => ({ code, colour: this.face.brand })),
      true,
    );
  }

  /** Outlines the areas of the comparison, each with its letter. */
  outline(areas: readonly Outlined[]): void {
    this.outlined = areas;
    if (!this.styled) return;
    const codes = areas.flatMap(({ area, colour }) => {
      const of = area.kind === 'region' ? [area.code] : area.kind === 'regions' ? area.codes : [];
      return of.map((code) => ({ code, colour }));
    });
    this.regions('compared', codes, false);
    const features = areas.flatMap(({ area, colour }) =>
      area.kind === 'drawn' ? [{ type: 'Feature' as const, properties: { colour }, geometry: area.polygon }] : [],
    );
    const data = { type: 'FeatureCollection' as const, features };
    const source = this.map.getSource('compared');
    if (source && 'setData' in source) (source as unknown as { setData(data: object): void }).setData(data);
    else if (features.length > 0) {
      this.map.addSource('compared', { type: 'geojson', data });
      this.map.addLayer({
        id: 'compared-drawn',
        type: 'line',
        source: 'compared',
        layout: { 'line-join': 'round' },
        paint: { 'line-color': ['get', 'colour'], 'line-width': 3 },
      });
    }
    for (const marker of this.markers) marker.remove();
    this.markers = areas.flatMap(({ letter, colour, ink, at }) => {
      if (!at) return [];
      const element = document.createElement('div');
      element.className = 'letter-pin';
      element.textContent = letter;
      element.style.setProperty('--letter', colour);
      element.style.setProperty('--letterInk', ink);
      return [new Marker({ element, anchor: 'bottom', offset: [0, -10] }).setLngLat([at[0], at[1]]).addTo(this.map)];
    });
  }

  /** Layers of a name over regions of all levels. */
  private regions(name: string, codes: readonly { code: number; colour: string }[], filled: boolean): void {
    for (const level of LEVELS) {
      for (const part of ['fill', 'line'])
        if (this.map.getLayer(`${name}-${level}-${part}`)) this.map.removeLayer(`${name}-${level}-${part}`);
      const own = codes.filter(({ code }) => levelOf(code) === level);
      if (own.length === 0) continue;
      // A region may be of several areas: the first has it.
      const colours = [...new Map(own.toReversed().map(({ code, colour }) => [code, colour]))].flat();
      const colour = ['match', ['id'], ...colours, this.face.brand];
      const of = {
        source: level,
        'source-layer': level,
        filter: ['in', ['id'], ['literal', own.map(({ code }) => code)]] as unknown as FilterSpecification,
      };
      if (filled)
        this.map.addLayer(
          {
            id: `${name}-${level}-fill`,
            type: 'fill',
            ...of,
            paint: { 'fill-color': colour, 'fill-opacity': 0.1 },
          } as LayerSpecification,
          'area-fill',
        );
      this.map.addLayer(
        {
          id: `${name}-${level}-line`,
          type: 'line',
          ...of,
          layout: { 'line-join': 'round' },
          paint: { 'line-color': colour, 'line-width': 3 },
        } as LayerSpecification,
        'area-fill',
      );
    }
  }

  /** Takes away all that it drew; the map may go on without it. */
  destroy(): void {
    if (!isRemoved(this.map)) {
      this.colour(null);
      this.choose([]);
      this.outline([]);
    }
    this.gone = true;
  }
}
