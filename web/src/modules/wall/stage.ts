import 'maplibre-gl/dist/maplibre-gl.css';
import type { Feature, Point } from 'geojson';
import {
  type ExpressionSpecification,
  type GeoJSONSource,
  Map as MapLibre,
  type MapMouseEvent,
  Marker,
  MercatorCoordinate,
  setWorkerUrl,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { type Level, levelOf } from '../../api/levels';
import { type Pointed, pointByKeys } from '../../keys/pointing';
import { mapWords, speak } from '../../map/words';
import { type Face, mapFont } from '../../theme';
import { type LayerName, themeLayers } from './composition';
import { isEmergency } from './emergencies';
import { addNight } from './night';
import type { CaseSpot } from './spots';
import type { Theme } from './state';

setWorkerUrl(workerUrl);

export interface Camera {
  lon: number;
  lat: number;
  zoom: number;
  pitch: number;
  bearing: number;
}

/** A place of use in an emergency, drawn in the colour of its kind. */
export interface FacilitySpot {
  lon: number;
  lat: number;
  colour: string;
  name: string;
}

/** Which of the cases a theme is about: all that are open, emergencies, or those that were reported from a moment on (seconds since 1970), be they settled or not. */
export type CaseFocus = { kind: 'open' } | { kind: 'emergencies' } | { kind: 'reported'; from: number };

export interface StageEvents {
  ready: () => void;
  /** The city has been drawn for the first time, or it takes too long. */
  seen: () => void;
  /** A region was clicked, or lies in the middle after the wheel was turned or a key zoomed. */
  region: (code: number, by: 'click' | 'wheel') => void;
  /** A case was clicked. */
  case: (spot: CaseSpot) => void;
  moved: (camera: Camera) => void;
  failed: () => void;
}

const LEVELS: readonly Level[] = ['county', 'street', 'community', 'grid'];
/** Layers of the city that a picture may leave out. */
const CHOSEN = ['building', 'road', 'person', 'organisation', 'component'];
/** Layers that come in tiles; cases don't, here. */
const TILED = [...LEVELS, ...CHOSEN];
const CASE_LAYERS = ['wall-heat', 'wall-case-glow', 'wall-case'];
/** From which zoom the dots of cases are large enough to be meant by a click, and how far beside one it may be, pixels. */
const [DOTS_FROM, BESIDE] = [12.5, 7];
/** What the city is first seen by. */
const FIRST = ['county', 'street', 'road'];
/** Longer than this nothing waits for it: the server may be away. */
const PATIENCE_MS = 4_000;
const PING_MS = 5_000;
/** More rings than these at once say no more, and cost frames. */
const MOST_PINGS = 24;
const FLY_MS = 1_400;
const NEAREST = 16.5;
/** Zooms by which the near edge of a view from the side is wider than its middle, and the part of the height that is won. */
const [NEAR_EDGE, LEANT] = [0.3, 0.55];
/** Density and opacity of the heat's shades, from little to much. */
const HEAT: readonly [density: number, opacity: number][] = [
  [0.15, 0.25],
  [0.4, 0.5],
  [0.7, 0.75],
  [1, 0.92],
];
/** From which zoom the wheel means a region of this level. */
const WHEEL: readonly [zoom: number, level: Level | null][] = [
  [14.6, 'grid'],
  [13, 'community'],
  [11.2, 'street'],
  [9.9, 'county'],
  [0, null],
];

type Expression = ExpressionSpecification;

/** Pixels at the edges of the map. */
export interface Insets {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** A map's tiles are fetched by workers, which don't say from which page: a screen's map names its screen (see `kernel/auth`). */
const asScreen = (url: string) => {
  const screen = new URLSearchParams(location.search).get('screen');
  return screen === null || new URL(url, location.href).origin !== location.origin
    ? { url }
    : { url, headers: { 'Gridhall-Screen': screen } };
};

/** The wall's map by itself: what React tells it to show, and what it tells back. */
export class Stage {
  readonly map: MapLibre;
  private styled = false;
  /** The city is drawn: now cases may come upon it. */
  private seen = false;
  private patience: number | undefined;
  private region = 0;
  private painted: { level: Level | null; colours: Map<number, string> } = { level: null, colours: new Map() };
  private coloured = false;
  private theme: Theme = 'overview';
  private layers: readonly LayerName[] = themeLayers.overview;
  private spots = new Map<number, CaseSpot>();
  private readonly pending = { put: new Map<number, CaseSpot>(), gone: new Set<number>(), whole: true };
  private flushing: number | undefined;
  private moment: number | null = null;
  private focus: CaseFocus = { kind: 'open' };
  private facilities: readonly FacilitySpot[] = [];
  private chosen: { id: number; marker: Marker } | null = null;
  private pings = 0;
  private spotlight: Marker | null = null;
  private line: [number, number][] = [];
  private place = { place: 1, places: 1 };
  private target: Camera | null = null;

  constructor(
    container: HTMLElement,
    bbox: [number, number, number, number],
    private readonly face: Face,
    /** Room that the panels take at the edges. */
    private readonly insets: (container: HTMLElement) => Insets,
    private readonly events: StageEvents,
    /** How much larger than drawn the container is shown. */
    scale = 1,
  ) {
    this.map = new MapLibre({
      container,
      style: '/styles/wall-dark.json',
      bounds: bbox,
      fitBoundsOptions: { padding: this.insets(container) },
      maxZoom: 19,
      minZoom: 6,
      maxPitch: 75,
      attributionControl: false,
      localIdeographFontFamily: mapFont,
      locale: mapWords(),
      fadeDuration: 200,
      transformRequest: asScreen,
      pixelRatio: scale * devicePixelRatio,
    });
    speak(this.map);
    // Not `load`: that waits for every tile.
    this.map.once('style.load', () => this.loaded());
    this.map.once('idle', () => this.events.ready());
    this.map.on('click', (event) => this.click(event));
    // The space bar plays; Enter goes into what lies in the middle.
    pointByKeys(this.map, (key, at) => {
      if (key === 'Enter') this.click(at);
      return key === 'Enter';
    });
    this.map.on('mousemove', (event) => this.hover(event));
    this.map.on('moveend', (event) => {
      this.events.moved(this.camera());
      const by = 'originalEvent' in event ? (event as { originalEvent?: Event }).originalEvent : undefined;
      if (by instanceof WheelEvent || (by instanceof KeyboardEvent && !by.key.startsWith('Arrow'))) this.wheeled();
    });
    // A tile that can't be had is asked for again when the server is back; the wall says itself that it is away.
    this.map.on('error', (event) => {
      console.error(event.error);
      if (!this.styled) this.events.failed();
    });
  }

  camera(): Camera {
    const { lng, lat } = this.map.getCenter();
    return { lon: lng, lat, zoom: this.map.getZoom(), pitch: this.map.getPitch(), bearing: this.map.getBearing() };
  }

  private loaded(): void {
    const first = (prefix: string) => this.map.getStyle().layers.find((layer) => layer.id.startsWith(prefix))?.id;
    const before = first('road');
    // What is written on the map stays readable above the cases.
    const written = first('road-name');
    for (const level of LEVELS) {
      this.map.addLayer(
        {
          id: `wall-paint-${level}`,
          type: 'fill',
          source: level,
          'source-layer': level,
          layout: { visibility: 'none' },
          paint: {
            'fill-color': ['to-color', ['coalesce', ['feature-state', 'colour'], 'transparent']] as Expression,
            'fill-opacity': ['interpolate', ['linear'], ['zoom'], 9, 0.82, 13, 0.6, 15.5, 0.22] as Expression,
            'fill-antialias': false,
          },
        },
        before,
      );
    }
    for (const [id, width, opacity, blur] of [
      ['wall-region-glow', 12, 0.28, 8],
      ['wall-region', 2.4, 0.95, 0],
    ] as const) {
      this.map.addLayer(
        {
          id,
          type: 'line',
          source: 'county',
          'source-layer': 'county',
          layout: { visibility: 'none', 'line-join': 'round' },
          paint: { 'line-color': this.face.accent, 'line-width': width, 'line-opacity': opacity, 'line-blur': blur },
        },
        written,
      );
    }
    this.map.addSource('wall-cases', {
      type: 'geojson',
      data: { type: 'FeatureCollection', features: [] },
      buffer: 32,
    });
    this.map.addSource('wall-line', { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
    const severity: Expression = [
      'match',
      ['get', 's'],
      4,
      this.face.severities[3],
      3,
      this.face.severities[2],
      2,
      this.face.severities[1],
      this.face.severities[0],
    ];
    this.map.addLayer(
      {
        id: 'wall-heat',
        type: 'heatmap',
        source: 'wall-cases',
        maxzoom: 13.5,
        paint: {
          'heatmap-weight': ['interpolate', ['linear'], ['get', 's'], 1, 0.5, 4, 2] as Expression,
          'heatmap-radius': ['interpolate', ['exponential', 1.6], ['zoom'], 8, 7, 13, 34] as Expression,
          'heatmap-intensity': ['interpolate', ['linear'], ['zoom'], 8, 0.16, 13, 0.6] as Expression,
          'heatmap-opacity': ['interpolate', ['linear'], ['zoom'], 11, 0.75, 13.5, 0] as Expression,
          'heatmap-color': [
            'interpolate',
            ['linear'],
            ['heatmap-density'],
            0,
            'transparent',
            ...HEAT.flatMap(([at, opacity], index) => [
              at,
              faded(this.face.scales.ember[index + 1] ?? this.face.accent, opacity),
            ]),
          ] as Expression,
        },
      },
      written,
    );
    this.map.addLayer(
      {
        id: 'wall-case-glow',
        type: 'circle',
        source: 'wall-cases',
        paint: {
          'circle-color': severity,
          'circle-blur': 1,
          'circle-opacity': ['interpolate', ['linear'], ['zoom'], 9, 0.2, 13, 0.45] as Expression,
          'circle-radius': ['interpolate', ['exponential', 1.4], ['zoom'], 8, 2.5, 12, 8, 16, 22] as Expression,
        },
      },
      written,
    );
    this.map.addLayer(
      {
        id: 'wall-case',
        type: 'circle',
        source: 'wall-cases',
        paint: {
          'circle-color': severity,
          'circle-opacity': 0.95,
          'circle-radius': [
            'interpolate',
            ['exponential', 1.4],
            ['zoom'],
            8,
            ['*', 0.5, ['get', 's']],
            12,
            ['+', 1, ['get', 's']],
            16,
            ['+', 4, ['get', 's']],
          ] as Expression,
          'circle-stroke-color': this.face.ground,
          'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 11, 0, 15, 1.5] as Expression,
        },
      },
      written,
    );
    this.map.addSource('wall-facilities', { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
    this.map.addLayer(
      {
        id: 'wall-facility',
        type: 'circle',
        source: 'wall-facilities',
        paint: {
          'circle-color': this.face.ground,
          'circle-opacity': 0.85,
          'circle-stroke-color': ['get', 'colour'] as Expression,
          'circle-radius': ['interpolate', ['exponential', 1.4], ['zoom'], 8, 1.6, 12, 4, 16, 8] as Expression,
          'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 8, 1.2, 14, 3.5] as Expression,
        },
      },
      'wall-case-glow',
    );
    this.map.addLayer({
      id: 'wall-facility-name',
      type: 'symbol',
      source: 'wall-facilities',
      minzoom: 15,
      layout: {
        'text-field': ['get', 'name'] as Expression,
        'text-font': ['sans-serif'],
        'text-size': 13,
        'text-anchor': 'top',
        'text-offset': [0, 0.8],
        'text-optional': true,
      },
      paint: { 'text-color': this.face.ink, 'text-halo-color': this.face.ground, 'text-halo-width': 1.4 },
    });
    for (const [id, width, opacity] of [
      ['wall-line-glow', 14, 0.3],
      ['wall-line', 4, 1],
    ] as const) {
      this.map.addLayer({
        id,
        type: 'line',
        source: 'wall-line',
        layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: { 'line-color': this.face.danger, 'line-width': width, 'line-opacity': opacity },
      });
    }
    addNight(this.map, this.face);
    this.styled = true;
    this.map.on('render', this.see);
    this.patience = window.setTimeout(() => this.unfold(), PATIENCE_MS);
    this.setTheme(this.theme, this.layers);
    this.paint(this.painted.level, this.painted.colours);
    this.setRegion(this.region);
    this.setLine(this.line);
    this.setFacilities(this.facilities);
    this.filterCases();
  }

  private readonly see = (): void => {
    if (FIRST.every((name) => this.map.isSourceLoaded(name))) this.unfold();
  };

  /** The city has been drawn: cases come upon it. Drawing thousands of them with its first picture would hold that up. */
  private unfold(): void {
    this.map.off('render', this.see);
    window.clearTimeout(this.patience);
    this.seen = true;
    this.flush();
    this.events.seen();
  }

  /** What a theme looks like, and which layers of the city it shows. */
  setTheme(theme: Theme, layers: readonly LayerName[] = themeLayers[theme]): void {
    this.theme = theme;
    this.layers = layers;
    if (!this.styled) return;
    const visible = (id: string, is: boolean) =>
      this.map.getLayer(id) && this.map.setLayoutProperty(id, 'visibility', is ? 'visible' : 'none');
    const shown = new Set<string>(layers);
    for (const layer of this.map.getStyle().layers) {
      const name = (layer.metadata as Record<string, unknown> | undefined)?.['gridhall:layer'];
      // Cases are drawn from what the wall follows, not from tiles.
      if (name === 'case') visible(layer.id, false);
      else if (typeof name === 'string' && CHOSEN.includes(name)) visible(layer.id, shown.has(name));
    }
    const night = theme === 'night' || theme === 'emergency';
    visible('wall-night', night && shown.has('building'));
    visible('building-solid', !night && shown.has('building'));
    visible('wall-heat', shown.has('heat'));
    for (const id of ['wall-case-glow', 'wall-case']) visible(id, shown.has('case'));
  }

  /** Colours the regions of a level; all others lose their colour. */
  paint(level: Level | null, colours: Map<number, string>): void {
    if (this.styled) {
      if (this.painted.level && this.painted.level !== level)
        this.map.removeFeatureState({ source: this.painted.level, sourceLayer: this.painted.level });
      else if (level)
        for (const code of this.painted.colours.keys())
          if (!colours.has(code))
            this.map.removeFeatureState({ source: level, sourceLayer: level, id: code }, 'colour');
      for (const name of LEVELS)
        this.map.setLayoutProperty(`wall-paint-${name}`, 'visibility', name === level ? 'visible' : 'none');
      if (level) {
        for (const [code, colour] of colours) {
          if (this.painted.level !== level || this.painted.colours.get(code) !== colour || !this.coloured) {
            this.map.setFeatureState({ source: level, sourceLayer: level, id: code }, { colour });
          }
        }
        this.coloured = true;
      }
    }
    this.painted = { level, colours };
  }

  /** Marks the region that the panels count. */
  setRegion(code: number): void {
    this.region = code;
    if (!this.styled) return;
    const level = levelOf(code);
    for (const id of ['wall-region-glow', 'wall-region']) {
      const layer = this.map.getStyle().layers.find((layer) => layer.id === id);
      if (layer?.type !== 'line') continue;
      this.map.removeLayer(id);
      if (level)
        this.map.addLayer(
          {
            ...layer,
            source: level,
            'source-layer': level,
            filter: ['==', ['id'], code],
            layout: { visibility: 'visible', 'line-join': 'round' },
          },
          'wall-heat',
        );
      else this.map.addLayer({ ...layer, layout: { visibility: 'none' } }, 'wall-heat');
    }
  }

  /** How many cases are on the map. */
  get cases(): number {
    return this.spots.size;
  }

  /** All cases anew. */
  setCases(spots: Iterable<CaseSpot>): void {
    this.spots = new Map([...spots].map((spot) => [spot.id, spot]));
    this.pending.whole = true;
    this.flushSoon();
  }

  /** One case more, or in its new state. */
  putCase(spot: CaseSpot): void {
    this.spots.set(spot.id, spot);
    this.pending.put.set(spot.id, spot);
    this.pending.gone.delete(spot.id);
    this.flushSoon();
  }

  /** One case less. */
  dropCase(id: number): void {
    if (!this.spots.delete(id)) return;
    this.pending.put.delete(id);
    this.pending.gone.add(id);
    this.flushSoon();
  }

  private flushSoon(): void {
    this.flushing ??= window.setTimeout(() => {
      this.flushing = undefined;
      this.flush();
    }, 250);
  }

  private flush(): void {
    if (!this.seen) return;
    const source = this.map.getSource<GeoJSONSource>('wall-cases');
    const { put, gone } = this.pending;
    if (this.pending.whole) {
      source?.setData({ type: 'FeatureCollection', features: [...this.spots.values()].map(feature) });
    } else if (put.size + gone.size > 0) {
      source?.updateData({ remove: [...gone, ...put.keys()], add: [...put.values()].map(feature) });
    }
    put.clear();
    gone.clear();
    this.pending.whole = false;
  }

  /** Shows the cases as they stood at a moment, seconds since 1970; all with none. */
  setMoment(at: number | null): void {
    this.moment = at;
    this.filterCases();
  }

  /** Which cases are shown, beside the moment. */
  setFocus(focus: CaseFocus): void {
    this.focus = focus;
    this.filterCases();
  }

  private filterCases(): void {
    if (!this.styled) return;
    const { moment: at, focus } = this;
    const there = at === null ? [] : [['<=', ['get', 'r'], at]];
    const open = at === null ? ['==', ['get', 'e'], 0] : ['any', ['==', ['get', 'e'], 0], ['>', ['get', 'e'], at]];
    const about =
      focus.kind === 'reported'
        ? ['>=', ['get', 'r'], focus.from]
        : focus.kind === 'emergencies'
          ? ['all', open, ['==', ['get', 'm'], 1]]
          : open;
    for (const id of CASE_LAYERS) this.map.setFilter(id, ['all', ...there, about] as never);
  }

  /** Places of use in an emergency. */
  setFacilities(facilities: readonly FacilitySpot[]): void {
    this.facilities = facilities;
    if (!this.styled) return;
    this.map.getSource<GeoJSONSource>('wall-facilities')?.setData({
      type: 'FeatureCollection',
      features: facilities.map(({ lon, lat, colour, name }) => ({
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [lon, lat] },
        properties: { colour, name },
      })),
    });
  }

  /** Marks a case until another is chosen, or none. */
  choose(spot: { id: number; lon: number; lat: number; severity: number } | null): void {
    if (this.chosen?.id === spot?.id) return;
    this.chosen?.marker.remove();
    this.chosen = null;
    if (!spot) return;
    const element = document.createElement('div');
    element.className = 'wall-chosen';
    element.dataset['id'] = String(spot.id);
    element.style.setProperty('--ping', this.face.severities[spot.severity - 1] ?? this.face.accent);
    this.chosen = { id: spot.id, marker: new Marker({ element }).setLngLat([spot.lon, spot.lat]).addTo(this.map) };
  }

  /** How much larger than drawn the container is shown: the picture is as fine as the screen. */
  setScale(scale: number): void {
    this.map.setPixelRatio(scale * devicePixelRatio);
    this.map.resize();
  }

  /** A ring where something happens, for some seconds. */
  ping(lon: number, lat: number, kind: 'new' | 'done', severity: number): void {
    if (this.pings >= MOST_PINGS || !this.map.getBounds().contains([lon, lat])) return;
    this.pings += 1;
    const element = document.createElement('div');
    element.className = `wall-ping ${kind}`;
    element.style.setProperty(
      '--ping',
      kind === 'done' ? this.face.good : (this.face.severities[severity - 1] ?? this.face.accent),
    );
    const marker = new Marker({ element }).setLngLat([lon, lat]).addTo(this.map);
    window.setTimeout(() => {
      marker.remove();
      this.pings -= 1;
    }, PING_MS);
  }

  setSpotlight(spot: { lon: number; lat: number; label?: string } | null): void {
    this.spotlight?.remove();
    this.spotlight = null;
    if (!spot) return;
    const element = document.createElement('div');
    element.className = 'wall-spotlight';
    if (spot.label) element.append(Object.assign(document.createElement('span'), { textContent: spot.label }));
    this.spotlight = new Marker({ element }).setLngLat([spot.lon, spot.lat]).addTo(this.map);
  }

  setLine(line: [number, number][]): void {
    this.line = line;
    if (!this.styled) return;
    this.map
      .getSource<GeoJSONSource>('wall-line')
      ?.setData({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: line } });
  }

  /** Which part of one picture this screen shows: it looks beside the middle by so many screens. */
  setPlace(place: number, places: number): void {
    this.place = { place, places };
    if (this.target) this.look(this.target, 0);
  }

  fit(bbox: readonly number[], pitch = 0): void {
    const [west, south, east, north] = bbox;
    if (west === undefined || south === undefined || east === undefined || north === undefined) return;
    const alone = this.place.places === 1;
    const padding = alone ? this.insets(this.map.getContainer()) : { top: 90, right: 20, bottom: 160, left: 20 };
    const camera = this.map.cameraForBounds([west, south, east, north], {
      padding,
      maxZoom: NEAREST,
      bearing: 0,
      pitch: 0,
    });
    if (!camera?.center || camera.zoom === undefined) return;
    const { lng, lat } = camera.center as { lng: number; lat: number };
    // Several screens side by side have more room than one; and what is looked at from the side is less high.
    const room = alone
      ? this.leant(west, east, camera.zoom, padding, pitch)
      : Math.log2(Math.min(this.place.places, 1.6));
    this.look({ lon: lng, lat, zoom: Math.min(camera.zoom + room, NEAREST), pitch, bearing: 0 });
  }

  /** Zooms that a view from the side may come nearer, until what is shown is as wide as its room. */
  private leant(west: number, east: number, zoom: number, padding: Insets, pitch: number): number {
    const width = ((east - west) / 360) * 512 * 2 ** zoom;
    const free = Math.log2((this.map.getContainer().clientWidth - padding.left - padding.right) / width);
    return Math.max(0, Math.min(free - NEAR_EDGE, -Math.log2(Math.cos((pitch * Math.PI) / 180)) * LEANT));
  }

  /** Goes to a view; to the first one at once, since there is nothing yet to fly over. */
  look(camera: Camera, duration = this.target ? FLY_MS : 0): void {
    this.target = camera;
    let { lon, lat } = camera;
    const { place, places } = this.place;
    if (places > 1) {
      const shift = ((place - (places + 1) / 2) * this.map.getContainer().clientWidth) / (512 * 2 ** camera.zoom);
      const middle = MercatorCoordinate.fromLngLat([lon, lat]);
      ({ lng: lon, lat } = new MercatorCoordinate(middle.x + shift, middle.y).toLngLat());
    }
    const to = {
      center: [lon, lat] as [number, number],
      zoom: camera.zoom,
      pitch: places > 1 ? 0 : camera.pitch,
      bearing: places > 1 ? 0 : camera.bearing,
    };
    if (duration === 0) this.map.jumpTo(to);
    else this.map.easeTo({ ...to, duration });
  }

  /** Asks for the tiles of layers again, of all when none is named. */
  refresh(layers?: ReadonlySet<string>): void {
    if (!this.styled) return;
    for (const name of TILED)
      if ((!layers || layers.has(name)) && this.map.getSource(name)) this.map.refreshTiles(name);
  }

  destroy(): void {
    window.clearTimeout(this.flushing);
    window.clearTimeout(this.patience);
    this.map.remove();
  }

  private hitLayer(zoom: number): Level {
    return WHEEL.find(([least, level]) => level !== null && zoom >= least - 1.4)?.[1] ?? 'county';
  }

  private regionAt(point: { x: number; y: number }, level: Level): number | null {
    const layers = this.map
      .getStyle()
      .layers.filter((layer) => layer.type === 'fill' && 'source' in layer && layer.source === level)
      .map((layer) => layer.id);
    const found = this.map
      .queryRenderedFeatures([point.x, point.y], { layers })
      .find((feature) => feature.id !== undefined);
    return found ? Number(found.id) : null;
  }

  private caseAt({ x, y }: { x: number; y: number }): CaseSpot | undefined {
    if (!this.styled || this.map.getZoom() < DOTS_FROM) return undefined;
    const [found] = this.map.queryRenderedFeatures(
      [
        [x - BESIDE, y - BESIDE],
        [x + BESIDE, y + BESIDE],
      ],
      { layers: ['wall-case'] },
    );
    return found && this.spots.get(Number(found.id));
  }

  private click(event: Pointed): void {
    const spot = this.caseAt(event.point);
    if (spot) {
      this.events.case(spot);
      return;
    }
    const below = levelBelowOf(this.region);
    const code =
      (below && this.regionAt(event.point, below)) ?? this.regionAt(event.point, this.hitLayer(this.map.getZoom()));
    if (code !== null) this.events.region(code, 'click');
  }

  private hover(event: MapMouseEvent): void {
    this.map.getCanvas().style.cursor = this.regionAt(event.point, 'county') === null ? '' : 'pointer';
  }

  private wheeled(): void {
    const level = WHEEL.find(([least]) => this.map.getZoom() >= least)?.[1] ?? null;
    const { clientWidth: x, clientHeight: y } = this.map.getContainer();
    const code = level === null ? 0 : this.regionAt({ x: x / 2, y: y / 2 }, level);
    if (code !== null) this.events.region(code, 'wheel');
  }
}

function levelBelowOf(code: number): Level | null {
  const level = levelOf(code);
  if (level === null) return 'county';
  return level === 'county' ? 'street' : level === 'street' ? 'community' : 'grid';
}

function feature(spot: CaseSpot): Feature<Point> {
  return {
    type: 'Feature',
    id: spot.id,
    geometry: { type: 'Point', coordinates: [spot.lon, spot.lat] },
    properties: { s: spot.severity, r: spot.reported, e: spot.ended, m: isEmergency(spot) ? 1 : 0 },
  };
}

/** A colour with some of it see-through. */
function faded(colour: string, opacity: number): string {
  const part = (at: number) => parseInt(colour.slice(at, at + 2), 16);
  return `rgba(${part(1)}, ${part(3)}, ${part(5)}, ${opacity})`;
}
