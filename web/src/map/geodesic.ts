import geodesic from 'geographiclib-geodesic';
import type { Position } from 'geojson';

const { Geodesic } = geodesic;
const EARTH = Geodesic.WGS84;

/** Metres of the shortest way between two places on the ellipsoid of WGS 84. */
export function distance([lon1 = 0, lat1 = 0]: Position, [lon2 = 0, lat2 = 0]: Position): number {
  return EARTH.Inverse(lat1, lon1, lat2, lon2, Geodesic.DISTANCE).s12 ?? 0;
}

/** Metres of each segment of a line. */
export const segments = (line: readonly Position[]): number[] =>
  line.slice(1).map((to, at) => distance(line[at] as Position, to));

export const total = (parts: readonly number[]) => parts.reduce((sum, part) => sum + part, 0);

/** Square metres within a ring on the ellipsoid, its sides the shortest ways between its corners. */
export function area(ring: readonly Position[]): number {
  const polygon = EARTH.Polygon(false);
  for (const [lon = 0, lat = 0] of ring) polygon.AddPoint(lat, lon);
  return Math.abs(polygon.Compute(false, true).area ?? 0);
}

/** Square metres of a 亩. */
export const MU = 10_000 / 15;
