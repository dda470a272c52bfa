import { type LngLat, Map as MapLibre } from 'maplibre-gl';
import { circle } from '../../../../map/circle';
import { type Colouring, Overlay } from '../../../../map/overlay';
import { still } from '../../../../map/still';
import { speak } from '../../../../map/words';
import { mapFont } from '../../../../theme';

/** Points of the map's own in an inch of paper: a label of 12 points is 3 mm high. */
export const POINTS_PER_INCH = 100;
const METRES_PER_INCH = 0.0254;
const TILE = 512;
const PATIENCE_MS = 30_000;
/** More than any paper has at the dots in use. */
const MOST_DOTS = 8_192;

/** A map drawn for paper, and where places lie on it. */
export interface Chart {
  picture: HTMLCanvasElement;
  /** What so many metres on the ground are on paper: 1 to so many. */
  scale: number;
  /** In shares of the picture's width and height. */
  project: (lon: number, lat: number) => [x: number, y: number];
  unproject: (x: number, y: number) => [lon: number, lat: number];
  /** What the sources of the map want to be said. */
  attributions: string[];
}

/** Ground metres that a point of the map takes at zoom 0: the mean of east and north on the ellipsoid. */
function metresAtZoom0(lat: number): number {
  // A degree's metres, by what a circle of a metre takes in degrees.
  const ring = circle([0, lat], 1000, 4).coordinates[0] ?? [];
  const [east, north] = [1000 / Math.abs(ring[0]?.[0] ?? 1), 1000 / Math.abs((ring[1]?.[1] ?? 0) - lat)];
  const pointsPerDegree = TILE / 360;
  return (east / pointsPerDegree + (north * Math.cos((lat * Math.PI) / 180)) / pointsPerDegree) / 2;
}

export const scaleOf = (lat: number, zoom: number) =>
  (metresAtZoom0(lat) / 2 ** zoom) * (POINTS_PER_INCH / METRES_PER_INCH);
export const zoomOf = (lat: number, scale: number) =>
  Math.log2((metresAtZoom0(lat) * POINTS_PER_INCH) / (METRES_PER_INCH * scale));

/** The part of the map that no panel covers: its middle, and its width in points of the screen. */
function openPart(map: MapLibre): { middle: LngLat; width: number } {
  const box = map.getContainer().getBoundingClientRect();
  const edge = (side: string) => document.querySelector(`.desk ${side}`)?.getBoundingClientRect();
  const [left, right] = [edge('.left'), edge('.right')];
  const from = left && left.width > 0 && left.width < box.width / 2 ? left.right - box.left : 0;
  const to = right && right.width > 0 && right.width < box.width / 2 ? right.left - box.left : box.width;
  return { middle: map.unproject([(from + to) / 2, box.height / 2]), width: to - from };
}

/** The map as the desk shows it, drawn anew for a frame of so many inches: north up, seen from above. */
export async function drawChart(
  main: MapLibre,
  inches: { width: number; height: number },
  dots: number,
  wanted: number | null,
  colouring: Colouring | null,
): Promise<Chart> {
  const [width, height] = [Math.round(inches.width * POINTS_PER_INCH), Math.round(inches.height * POINTS_PER_INCH)];
  const open = openPart(main);
  const centre = open.middle;
  const zoom = wanted === null ? main.getZoom() + Math.log2(width / open.width) : zoomOf(centre.lat, wanted);
  const container = document.createElement('div');
  container.className = 'print-chart';
  container.setAttribute('aria-hidden', 'true');
  container.inert = true;
  [container.style.width, container.style.height] = [`${width}px`, `${height}px`];
  document.body.append(container);
  const map = new MapLibre({
    container,
    style: main.getStyle(),
    center: centre,
    zoom,
    minZoom: 0,
    maxZoom: 24,
    interactive: false,
    attributionControl: false,
    localIdeographFontFamily: mapFont,
    fadeDuration: 0,
    pixelRatio: dots / POINTS_PER_INCH,
    maxCanvasSize: [MOST_DOTS, MOST_DOTS],
    canvasContextAttributes: { preserveDrawingBuffer: true },
  });
  speak(map);
  const overlay = new Overlay(map);
  try {
    await new Promise((resolve) => map.once('load', resolve));
    overlay.colour(colouring);
    await still(map, PATIENCE_MS);
    const source = map.getCanvas();
    const picture = document.createElement('canvas');
    [picture.width, picture.height] = [source.width, source.height];
    picture.getContext('2d')?.drawImage(source, 0, 0);
    const corner = map.unproject([0, height]);
    const opposite = map.unproject([width, 0]);
    const y = (lat: number) => Math.asinh(Math.tan((lat * Math.PI) / 180));
    const [bottom, top] = [y(corner.lat), y(opposite.lat)];
    const across = opposite.lng - corner.lng;
    return {
      picture,
      scale: scaleOf(centre.lat, map.getZoom()),
      project: (lon, lat) => [(lon - corner.lng) / across, (top - y(lat)) / (top - bottom)],
      unproject: (x, down) => [
        corner.lng + x * across,
        (Math.atan(Math.sinh(top - down * (top - bottom))) * 180) / Math.PI,
      ],
      attributions: Object.values(map.getStyle().sources).flatMap((each) =>
        'attribution' in each && typeof each.attribution === 'string'
          ? [each.attribution.replaceAll(/<[^>]*>/g, '')]
          : [],
      ),
    };
  } finally {
    overlay.destroy();
    map.remove();
    container.remove();
  }
}
