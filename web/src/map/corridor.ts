import type { Polygon, Position } from 'geojson';
import { union, type Geom } from 'polyclip-ts';

/** Corners of a round end: each stands for 10 degrees. */
const CORNERS = 36;
/** Metres of a degree of latitude; on the ellipsoid they differ by a third of a per cent at the latitudes of China. */
const A = 6_378_137;
const E2 = 0.00669438;

/** Metres per degree of longitude and latitude at a latitude, on the ellipsoid. */
function metres(lat: number): [east: number, north: number] {
  const phi = (lat * Math.PI) / 180;
  const w = 1 - E2 * Math.sin(phi) ** 2;
  return [((A / Math.sqrt(w)) * Math.cos(phi) * Math.PI) / 180, ((A * (1 - E2)) / w ** 1.5) * (Math.PI / 180)];
}

const round = (value: number) => Math.round(value * 1e7) / 1e7;

/** A circle around a place, counterclockwise. */
export function circle([lon = 0, lat = 0]: Position, radius: number, corners = 72): Polygon {
  const [east, north] = metres(lat);
  const ring = Array.from({ length: corners }, (_, at): Position => {
    const angle = (at / corners) * 2 * Math.PI;
    return [round(lon + (Math.cos(angle) * radius) / east), round(lat + (Math.sin(angle) * radius) / north)];
  });
  return { type: 'Polygon', coordinates: [[...ring, ring[0] as Position]] };
}

/** The strip of a width along a line, with round ends and corners; nothing where the line has no length. */
export function corridor(line: readonly Position[], width: number): Polygon | null {
  const points = line.filter((at, index) => index === 0 || at[0] !== line[index - 1]?.[0] || at[1] !== line[index - 1]?.[1]);
  if (points.length < 2 || !(width > 0)) return null;
  const radius = width / 2;
  const parts: Geom[] = points.map((at) => circle(at, radius, CORNERS).coordinates as Geom);
  for (let index = 1; index < points.length; index += 1) {
    const [from, to] = [points[index - 1] as Position, points[index] as Position];
    parts.push([side(from, to, radius)] as Geom);
  }
  const [first, ...others] = parts;
  const whole = first ? union(first, ...others) : [];
  // All parts hang together, so that the union is one polygon; a line that closes leaves a hole.
  const polygon = whole[0];
  return polygon ? { type: 'Polygon', coordinates: polygon.map((ring) => ring.map(([lon, lat]): Position => [round(lon), round(lat)])) } : null;
}

/** The rectangle along a segment. */
function side([x1 = 0, y1 = 0]: Position, [x2 = 0, y2 = 0]: Position, radius: number): [number, number][] {
  const [east, north] = metres((y1 + y2) / 2);
  const [dx, dy] = [(x2 - x1) * east, (y2 - y1) * north];
  const length = Math.hypot(dx, dy) || 1;
  const [nx, ny] = [(-dy / length) * (radius / east), (dx / length) * (radius / north)];
  return [[x1 + nx, y1 + ny], [x1 - nx, y1 - ny], [x2 - nx, y2 - ny], [x2 + nx, y2 + ny], [x1 + nx, y1 + ny]];
}
