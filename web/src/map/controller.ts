import 'maplibre-gl/dist/maplibre-gl.css';
import type { Polygon, Position } from 'geojson';
import {
  type MapGeoJSONFeature,
  Map as MapLibre,
  type MapMouseEvent,
  Marker,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { TerraDraw } from 'terra-draw';
import { declared, layerOf } from '../api/declared';
import { catalogues, currentLanguage } from '../i18n';
import { type Pointed, pointByKeys, pointerAtMiddle } from '../keys/pointing';
import { fetchPart } from '../kit/part/fetching';
import { mapFont, tokens } from '../theme';
import { isOfBase } from './basemaps';
import { type Circle, circle, circleOf } from './circle';
import { type Marked, Marks } from './marks';
import { isLost, Retry } from './retry';
import { ownerOf, type Stack, Stacking, usualStack } from './stack';
import { mapWords, speak } from './words';

setWorkerUrl(workerUrl);

export interface View {
  lon: number;
  lat: number;
  zoom: number;
}

/** What was clicked: the feature on top, and the region under it. */
export interface Picked {
  layer: string;
  id: number;
  lon: number;
  lat: number;
  properties: Record<string, unknown>;
}

/** Room that the panels over the map take, in pixels. */
function padding(map: HTMLElement): { top: number; right: number; bottom: number; left: number } {
  const wide = map.clientWidth > 900 && !map.closest('[data-embed="true"]');
  // A panel that is folded away takes none.
  const taken = (name: string, usual: number) => {
    const pixels = parseFloat(getComputedStyle(map).getPropertyValue(name));
    return Number.isFinite(pixels) ? pixels : usual;
  };
  return wide
    ? { top: 48, right: taken('--panel', 400) + 70, bottom: 48, left: taken('--side', 272) + 48 }
    : { top: 40, right: 60, bottom: 40, left: 24 };
}

/** A corridor is drawn as its middle line; regions are chosen by clicks; a place is pointed at to identify what is there or to read its coordinates. */
export type Tool = 'polygon' | 'circle' | 'corridor' | 'regions' | 'distance' | 'surface' | 'identify' | 'place' | null;

/** What the drawing tools draw with. */
const MODES: Partial<Record<NonNullable<Tool>, string>> = {
  polygon: 'polygon',
  circle: 'circle',
  corridor: 'linestring',
  distance: 'linestring',
  surface: 'polygon',
};

/** What is measured while it is drawn, and when it is done; nothing when the drawing was given up. */
export type Measuring = (points: Position[] | null, done: boolean) => void;

export interface Events {
  ready: () => void;
  moved: (view: View) => void;
  picked: (item: Picked | null, region: number | null) => void;
  drawn: (polygon: Polygon) => void;
  line: (line: Position[]) => void;
  toolEnded: () => void;
  failed: (message: string) => void;
  /** Something of the map couldn't be got, or all of it is there again. */
  lost: (lost: boolean) => void;
}

/** From which zoom a click means a region of this level. */
const REGIONS: [layer: string, zoom: number][] = [
  ['grid', 13],
  ['community', 11.5],
  ['street', 8.5],
  ['county', 0],
];
const PULSE_MS = 6_000;
/** More rings than these at once say no more, and cost frames. */
const MOST_PULSES = 24;
const AFTER_DRAWING_MS = 400;

/** A polygon's corners, each once. */
const open = (polygon: Polygon): Position[] => (polygon.coordinates[0] ?? []).slice(0, -1);

const clamped = (degrees: number, most: number): number => Math.max(-most, Math.min(most, degrees));

/** The map by itself: what React tells it to show, and what it tells back. */
export class MapController {
  readonly map: MapLibre;
  /** Told of a place that is pointed at with a tool, and of what is measured. */
  pointed: ((lon: number, lat: number) => void) | null = null;
  measured: Measuring | null = null;
  /** Told of the circle that is being drawn; nothing when that has ended. */
  shaping: ((circle: Circle | null) => void) | null = null;
  private draw: TerraDraw | null = null;
  /** Points are set by keys now, not by a pointer. */
  private byKeys = false;
  private hidden = new Set<string>();
  private stack: Stack = usualStack();
  private idle = false;
  private stacking: Stacking | null = null;
  private readonly marks: Marks;
  private tool: Tool = null;
  private styled = false;
  private gone = false;
  private drawnAt = -Infinity;
  private pulses = 0;
  private readonly stale = new Set<string>();
  private refreshing: number | undefined;
  private readonly retry: Retry;

  constructor(
    container: HTMLElement,
    start: View | [number, number, number, number],
    public events: Events,
  ) {
    this.map = new MapLibre({
      container,
      style: '/styles/desk-light.json',
      ...(Array.isArray(start)
        ? { bounds: start, fitBoundsOptions: { padding: padding(container) } }
        : { center: [start.lon, start.lat], zoom: start.zoom }),
      maxZoom: 20,
      minZoom: 5,
      maxPitch: 60,
      attributionControl: false,
      localIdeographFontFamily: mapFont,
      locale: mapWords(),
      fadeDuration: 150,
    });
    const scale = new ScaleControl({ maxWidth: 140 });
    speak(this.map, scale);
    this.map.addControl(scale, 'bottom-right');
    this.map.addControl(new NavigationControl({ showZoom: false, visualizePitch: true }), 'bottom-right');
    // First: others put what they draw below its layers.
    this.marks = new Marks(this.map, tokens);
    this.map.getCanvas().dataset['skipTo'] = '';
    this.map.on('load', () => this.loaded());
    this.map.once('idle', () => {
      this.idle = true;
      this.events.ready();
    });
    this.map.on('moveend', () => this.events.moved(this.view()));
    this.map.on('click', (event) => this.click(event, this.endsDrawing(event)));
    this.map.on('mousemove', (event) => this.hover(event));
    pointByKeys(this.map, (key, at) => this.key(key, at));
    // What is drawn by keys follows the map's middle, as it follows the pointer.
    this.map.on('move', () => this.byKeys && pointerAtMiddle(this.map, ['pointermove']));
    // The double-click that ends a drawing arrives here after the tool is gone.
    this.map.on('dblclick', (event) => this.endsDrawing(event) && event.preventDefault());
    this.retry = new Retry(this.map, (lost) => {
      if (!lost) this.refreshSoon();
      this.events.lost(lost);
    });
    this.map.on('error', (event) => {
      if (isLost(event.error)) this.retry.heard(event);
      // Who draws a base map says by itself what became of it.
      else if (!isOfBase(event)) this.events.failed(event.error.message);
    });
    addEventListener('online', this.reconnected);
  }

  /** What the map couldn't get is asked for again. */
  readonly reconnected = () => this.retry.now();

  /** Another page has the map now: it is told what happens, and begins with no tool. */
  handOver(events: Events): void {
    this.events = events;
    void this.setTool(null);
    if (this.idle) events.ready();
    // What was lost, or came back, while nobody looked.
    events.lost(this.retry.isAway);
  }

  view(): View {
    const { lng, lat } = this.map.getCenter();
    return { lon: lng, lat, zoom: this.map.getZoom() };
  }

  /** What is in view: `west,south,east,north` in degrees. */
  box(): string {
    const bounds = this.map.getBounds();
    const sides = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    // A map that is turned round the world shows more than there is.
    return sides.map((side, at) => clamped(side, at % 2 === 0 ? 180 : 90).toFixed(5)).join(',');
  }

  private loaded(): void {
    this.styled = true;
    this.show(this.hidden);
    this.setStack(this.stack);
    void this.setTool(this.tool);
  }

  /** Draws with a tool; with none, clicks pick what is there. The tools are fetched when first asked for. */
  async setTool(wanted: Tool): Promise<void> {
    const tool = wanted === 'regions' ? null : wanted;
    this.tool = tool;
    this.byKeys = false;
    // Until the tools have come, a click would be lost: the pointer says so.
    const mode = tool && MODES[tool];
    this.map.getCanvas().style.cursor = tool ? (this.draw || !mode ? 'crosshair' : 'progress') : '';
    if (!this.styled) return;
    if (mode && !this.draw) {
      const drawing = await fetchPart(() => import('./draw')).catch(() => null);
      if (this.gone) return;
      if (!drawing) {
        this.map.getCanvas().style.cursor = '';
        this.events.toolEnded();
        return this.events.failed(catalogues[currentLanguage()].partMissingText);
      }
      const { startDrawing } = drawing;
      this.draw ??= startDrawing(this.map, {
        polygon: (polygon) => (this.tool === 'surface' ? this.measures(open(polygon), true) : this.drawnShape(polygon)),
        line: (line) =>
          this.tool === 'distance' ? this.measures(line, true) : this.drawn(() => this.events.line(line)),
        changed: (shape) => {
          if (shape.type === 'Polygon' && this.tool === 'surface') this.measures(open(shape), false);
          if (shape.type === 'Polygon' && this.tool === 'circle') this.shaping?.(circleOf(shape));
          if (shape.type === 'LineString' && this.tool === 'distance') this.measures(shape.coordinates, false);
        },
      });
    }
    if (this.tool) this.map.getCanvas().style.cursor = 'crosshair';
    this.draw?.clear();
    this.draw?.setMode((this.tool && MODES[this.tool]) ?? 'static');
    this.measured?.(null, false);
    this.shaping?.(null);
    this.map.getContainer().dataset['tool'] = this.tool ?? '';
  }

  private drawnShape(polygon: Polygon): void {
    // The tool that says what was drawn is put away with the drawing.
    const exact = this.exact(polygon);
    this.drawn(() => this.events.drawn(exact));
  }

  /** A drawn circle by whole metres, as a figure can say and set it; all else as it was drawn. */
  private exact(polygon: Polygon): Polygon {
    const drawn = this.tool === 'circle' ? circleOf(polygon) : null;
    return drawn ? circle(drawn.centre, Math.max(1, Math.round(drawn.radius))) : polygon;
  }

  private measures(points: Position[], done: boolean): void {
    if (done) this.drawnAt = performance.now();
    this.measured?.(points, done);
  }

  private drawn(tell: () => void): void {
    this.drawnAt = performance.now();
    void this.setTool(null);
    this.events.toolEnded();
    tell();
  }

  /** Hides these layers and shows all others. */
  show(hidden: Set<string>): void {
    this.hidden = hidden;
    if (!this.styled) return;
    for (const layer of this.map.getStyle().layers) {
      const name = ownerOf(layer);
      // What isn't declared is not the reader's: it isn't asked for.
      if (name !== null)
        this.map.setLayoutProperty(layer.id, 'visibility', hidden.has(name) || !layerOf(name) ? 'none' : 'visible');
    }
  }

  /** Lays the layers on each other, each as clear as wanted. */
  setStack(stack: Stack): void {
    this.stack = stack;
    if (!this.styled) return;
    this.stacking ??= new Stacking(this.map);
    this.stacking.apply(stack);
  }

  /** Marks the area that is counted, and what was picked. */
  mark(marked: Marked): void {
    this.marks.show(marked);
  }

  /** Draws an area while it is being corrected. */
  preview(polygon: Polygon): void {
    this.marks.preview(polygon);
  }

  fit(bbox: readonly number[], at: 'once' | 'leisure' = 'leisure'): void {
    const [west, south, east, north] = bbox;
    if (west === undefined || south === undefined || east === undefined || north === undefined) return;
    this.map.fitBounds([west, south, east, north], {
      padding: padding(this.map.getContainer()),
      duration: at === 'once' ? 0 : 700,
      maxZoom: 17,
    });
  }

  goTo(lon: number, lat: number, zoom: number): void {
    this.map.flyTo({ center: [lon, lat], zoom: Math.max(zoom, this.map.getZoom()), duration: 900 });
  }

  /** Close enough to a place of many that they stand apart. */
  closer(lon: number, lat: number): void {
    this.goTo(lon, lat, Math.min(17, Math.max(15, this.map.getZoom() + 2)));
  }

  /** To a place at once: the page that shows it is only just opened. */
  jump({ lon, lat, zoom }: View): void {
    this.map.jumpTo({ center: [lon, lat], zoom });
  }

  /** Back to where somebody looked before. */
  look({ lon, lat, zoom }: View): void {
    this.map.easeTo({ center: [lon, lat], zoom, duration: 400 });
  }

  /** A pin at a place, until what is given back is called. */
  pin(lon: number, lat: number): () => void {
    const marker = new Marker({ color: tokens.accent }).setLngLat([lon, lat]).addTo(this.map);
    marker.getElement().setAttribute('aria-hidden', 'true');
    return () => marker.remove();
  }

  /** Ends what is being drawn, as Enter does. */
  finish(): void {
    this.map.getCanvas().dispatchEvent(new KeyboardEvent('keyup', { key: 'Enter', bubbles: true }));
  }

  /** What is done next is done on the map. */
  focus(): void {
    this.map.getCanvas().focus({ preventScroll: true });
  }

  zoomBy(steps: number): void {
    this.map.zoomTo(this.map.getZoom() + steps, { duration: 250 });
  }

  /** A change has come in: its layer's tiles are asked for again, a few times a second at most. */
  changed(layer: string, at: { lon: number; lat: number } | null): void {
    this.stale.add(layer);
    this.refreshSoon();
    if (at && this.pulses < MOST_PULSES && this.map.getBounds().contains([at.lon, at.lat])) {
      this.pulses += 1;
      const element = document.createElement('div');
      element.className = 'pulse';
      const marker = new Marker({ element }).setLngLat([at.lon, at.lat]).addTo(this.map);
      window.setTimeout(() => {
        marker.remove();
        this.pulses -= 1;
      }, PULSE_MS);
    }
  }

  private refreshSoon(): void {
    this.refreshing ??= window.setTimeout(() => {
      this.refreshing = undefined;
      for (const name of this.stale) {
        // The library would wait for ever for a tile that has failed and is asked for so: these come first, by themselves.
        if (this.retry.misses(name)) continue;
        this.stale.delete(name);
        if (this.map.getSource(name)) this.map.refreshTiles(name);
      }
    }, 700);
  }

  destroy(): void {
    this.gone = true;
    window.clearTimeout(this.refreshing);
    removeEventListener('online', this.reconnected);
    this.retry.stop();
    this.draw?.stop();
    this.map.remove();
  }

  private hover(event: MapMouseEvent): void {
    this.byKeys = false;
    if (this.tool) return;
    this.map.getCanvas().style.cursor = this.find(event, 3) ? 'pointer' : '';
  }

  /** The space bar is a click at the map's middle, and so is Enter, which ends what is drawn. */
  private key(key: 'Enter' | ' ', at: Pointed): boolean {
    const drawing = this.tool !== null && MODES[this.tool] !== undefined;
    if (drawing && key === 'Enter') return false;
    if (!drawing) this.click(at);
    else if (this.draw) {
      this.byKeys = true;
      pointerAtMiddle(this.map, ['pointermove', 'pointerdown', 'pointerup']);
    }
    return true;
  }

  /** Whether a click is the one that ended a drawing: by when it was made, for a busy page hears of it late. */
  private endsDrawing({ originalEvent }: MapMouseEvent): boolean {
    return originalEvent.timeStamp - this.drawnAt < AFTER_DRAWING_MS;
  }

  private click(event: Pointed, isEnd = false): void {
    if (this.tool === 'identify' || this.tool === 'place') {
      this.pointed?.(event.lngLat.lng, event.lngLat.lat);
      return;
    }
    // The click that ends a drawing arrives here as well, after the tool is gone; a key that does so doesn't.
    if (this.tool || isEnd) return;
    const feature = this.find(event, 5);
    const { lng, lat } = event.lngLat;
    const place = feature?.geometry.type === 'Point' ? feature.geometry.coordinates : [lng, lat];
    const item = feature && {
      layer: feature.source,
      id: Number(feature.id ?? 0),
      lon: place[0] ?? lng,
      lat: place[1] ?? lat,
      properties: feature.properties,
    };
    this.events.picked(item ?? null, this.regionAt(event));
  }

  /** The thing on top near the pointer, regions apart. */
  private find(event: Pointed, reach: number): MapGeoJSONFeature | undefined {
    const { x, y } = event.point;
    const box: [[number, number], [number, number]] = [
      [x - reach, y - reach],
      [x + reach, y + reach],
    ];
    const layers = (sources: string[]) =>
      this.map
        .getStyle()
        .layers.filter((layer) => 'source' in layer && sources.includes(layer.source))
        .map((layer) => layer.id);
    const known = (geometry: string) =>
      declared()
        .layers.filter((layer) => layer.geometry === geometry && layer.group !== 'divisions')
        .map(({ name }) => name);
    const points = this.map.queryRenderedFeatures(box, { layers: layers(known('point')) });
    return (
      points[0] ??
      this.map
        .queryRenderedFeatures([x, y], { layers: layers(known('polygon')) })
        .find((feature) => !('count' in feature.properties))
    );
  }

  private regionAt(event: Pointed): number | null {
    const zoom = this.map.getZoom();
    const level = REGIONS.find(([layer, least]) => zoom >= least && !this.hidden.has(layer)) ?? REGIONS[3];
    const ids: Record<string, string> = {
      grid: 'grid-fill',
      community: 'community-hit',
      street: 'street-tint',
      county: 'land',
    };
    for (const [layer] of REGIONS.slice(REGIONS.indexOf(level ?? ['county', 0]))) {
      const id = ids[layer];
      const found =
        id && this.map.getLayer(id) ? this.map.queryRenderedFeatures(event.point, { layers: [id] })[0] : undefined;
      if (found?.id !== undefined) return Number(found.id);
    }
    return null;
  }
}
