import type { IControl, Map as MapLibre, MapSourceDataEvent, RasterSourceSpecification } from 'maplibre-gl';
import type { Schemas } from '../api/client';
import { isRemoved } from './removed';

export type BaseMap = Schemas['BaseMap'];

/** Whether a base map is drawn, and how far it covers the city's own ground (per cent). */
export interface BaseChoice {
  /** None is the city's own. */
  id: string | null;
  opacity: number;
}

export const ownBase: BaseChoice = { id: null, opacity: 100 };

/** What an address says of the base map: `base=id`, or `base=id,60` where the own ground is seen through. */
export function readBase(search: string): BaseChoice {
  const [id = '', text = '100'] = (new URLSearchParams(search).get('base') ?? '').split(',');
  const opacity = Number(text);
  return /^[a-z0-9-]{1,40}$/.test(id)
    ? { id, opacity: Number.isInteger(opacity) && opacity >= 0 && opacity <= 100 ? opacity : 100 }
    : ownBase;
}

export const writeBase = ({ id, opacity }: BaseChoice): [name: string, value: string][] =>
  id === null ? [] : [['base', opacity === 100 ? id : `${id},${opacity}`]];

/** Sources and layers of base maps are named so. */
const PREFIX = 'base-map-';
/** The ground of the city ends below this layer: what marks and colours regions comes after it. */
const ABOVE = 'community-hit';
/** A server that takes no connection leaves the browser waiting for minutes. */
const PATIENCE_MS = 10_000;

/** Whether something that the map tells is about a base map. */
export const isOfBase = (event: object) =>
  'sourceId' in event && typeof event.sourceId === 'string' && event.sourceId.startsWith(PREFIX);

/** Whose base map is on a map now; empty for the city's own. */
export const baseAttribution = (map: MapLibre): string =>
  map.getContainer().querySelector(`.${ATTRIBUTION}`)?.textContent ?? '';

const ATTRIBUTION = 'base-attribution';

/** The attribution as text: what a configuration says is never markup. */
class Attribution implements IControl {
  private readonly element = document.createElement('div');

  constructor(text: string) {
    this.element.className = `maplibregl-ctrl ${ATTRIBUTION}`;
    this.element.textContent = text;
  }

  onAdd(): HTMLElement {
    return this.element;
  }

  onRemove(): void {
    this.element.remove();
  }
}

/**
 * Draws a base map of others between the city's own ground and everything that stands on it. The ground stays below: where
 * the base map has nothing or its server is away, the city is still there.
 */
export class BaseMapLayers {
  private base: BaseMap | null = null;
  private opacity = 100;
  private attribution: Attribution | null = null;
  private styled = false;
  private gone = false;
  private answered = false;
  private told = false;
  private waiting: number | undefined;

  /** `failed` is told once for each time that a base map is chosen, and whether any of it could be drawn. */
  constructor(
    private readonly map: MapLibre,
    private readonly failed: (base: BaseMap, drawn: boolean) => void,
  ) {
    // Some servers give tiles to known pages only: they are told which server asks, and nothing of what it shows.
    map.setTransformRequest((url) =>
      /^https?:/.test(url) && !url.startsWith(location.origin) ? { url, referrerPolicy: 'strict-origin' } : undefined,
    );
    map.on('sourcedata', this.heard);
    map.on('error', this.erred);
    // Not before the city stands: a server that is slow must not hold it up.
    if (map.getLayer('area-fill')) this.ready();
    else map.once('load', () => this.ready());
  }

  private ready(): void {
    if (this.gone) return;
    this.styled = true;
    const { base } = this;
    this.base = null;
    this.show(base, this.opacity);
  }

  /** Draws a base map, or none, so far opaque (per cent). */
  show(base: BaseMap | null, opacity: number): void {
    const before = this.base;
    this.base = base;
    this.opacity = opacity;
    if (!this.styled) return;
    if (before?.id !== base?.id) {
      this.clear();
      if (base) this.add(base);
    }
    base?.layers.forEach((_, index) => this.map.setPaintProperty(`${PREFIX}${index}`, 'raster-opacity', opacity / 100));
  }

  private add(base: BaseMap): void {
    const above = this.map.getLayer(ABOVE) ? ABOVE : undefined;
    base.layers.forEach((layer, index) => {
      const id = `${PREFIX}${index}`;
      const source: RasterSourceSpecification = {
        type: 'raster',
        tileSize: layer.tile_size,
        scheme: layer.scheme === 'tms' ? 'tms' : 'xyz',
        ...(layer.tilejson == null ? { tiles: layer.tiles } : { url: layer.tilejson }),
        ...(layer.min_zoom == null ? {} : { minzoom: layer.min_zoom }),
        ...(layer.max_zoom == null ? {} : { maxzoom: layer.max_zoom }),
        ...(layer.bounds == null ? {} : { bounds: layer.bounds as [number, number, number, number] }),
      };
      this.map.addSource(id, source);
      this.map.addLayer({ id, type: 'raster', source: id, paint: { 'raster-opacity': this.opacity / 100 } }, above);
    });
    this.attribution = new Attribution(base.attribution);
    this.map.addControl(this.attribution, 'bottom-right');
    [this.answered, this.told] = [false, false];
    this.waiting = window.setTimeout(() => {
      const open = base.layers.some((_, index) => !this.map.isSourceLoaded(`${PREFIX}${index}`));
      if (!this.answered && open) this.tell();
    }, PATIENCE_MS);
  }

  private clear(): void {
    window.clearTimeout(this.waiting);
    if (this.attribution) this.map.removeControl(this.attribution);
    this.attribution = null;
    const ours = ({ id }: { id: string }) => id.startsWith(PREFIX);
    const { layers } = this.map.getStyle();
    for (const { id } of layers.filter(ours)) {
      this.map.removeLayer(id);
      this.map.removeSource(id);
    }
  }

  private readonly heard = (event: MapSourceDataEvent) => {
    if (isOfBase(event) && event.tile?.state === 'loaded') this.answered = true;
  };

  private readonly erred = (event: object) => {
    if (isOfBase(event)) this.tell();
  };

  private tell(): void {
    if (this.told || !this.base) return;
    this.told = true;
    this.failed(this.base, this.answered);
  }

  /** Takes away what it drew; the map may go on without it. */
  destroy(): void {
    if (this.styled && !isRemoved(this.map)) this.clear();
    this.gone = true;
    window.clearTimeout(this.waiting);
    this.map.off('sourcedata', this.heard);
    this.map.off('error', this.erred);
  }
}
