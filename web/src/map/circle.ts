import type { Polygon, Position } from 'geojson';

/** Metres of a degree of latitude; on the ellipsoid they differ by a third of a per cent at the latitudes of China. */
const A = 6_378_137;
const E2 = 0.00669438;

/** Metres per degree of longitude and latitude at a latitude, on the ellipsoid. */
export function metres(lat: number): [east: number, north: number] {
  const phi = (lat * Math.PI) / 180;
  const w = 1 - E2 * Math.sin(phi) ** 2;
  return [((A / Math.sqrt(w)) * Math.cos(phi) * Math.PI) / 180, ((A * (1 - E2)) / w ** 1.5) * (Math.PI / 180)];
}

/** A centimetre's worth of decimals: more only make an address longer. */
export const round = (value: number) => Math.round(value * 1e7) / 1e7;

/** A circle around a place, counterclockwise. */
export function circle([lon = 0, lat = 0]: Position, radius: number, corners = 72): Polygon {
  const [east, north] = metres(lat);
  const ring = Array.from({ length: corners }, (_, at): Position => {
    const angle = (at / corners) * 2 * Math.PI;
    return [round(lon + (Math.cos(angle) * radius) / east), round(lat + (Math.sin(angle) * radius) / north)];
  });
  return { type: 'Polygon', coordinates: [[...ring, ring[0] as Position]] };
}

/** A circle by its centre and its radius in metres. */
export interface Circle {
  centre: Position;
  radius: number;
}

/** Fewer corners are a polygon that somebody drew. */
const LEAST_CORNERS = 24;
/** How far the corners may be from the mean radius: others draw circles on a sphere. */
const TOLERANCE = 0.01;

/** The circle that a polygon stands for; null for any other shape. An address knows polygons alone. */
export function circleOf(polygon: Polygon): Circle | null {
  const ring = polygon.coordinates[0]?.slice(0, -1) ?? [];
  if (polygon.coordinates.length !== 1 || ring.length < LEAST_CORNERS) return null;
  const mean = (at: 0 | 1) => ring.reduce((sum, corner) => sum + (corner[at] ?? 0), 0) / ring.length;
  const centre: Position = [round(mean(0)), round(mean(1))];
  const [east, north] = metres(centre[1] ?? 0);
  const reaches = ring.map(([lon = 0, lat = 0]) =>
    Math.hypot((lon - (centre[0] ?? 0)) * east, (lat - (centre[1] ?? 0)) * north),
  );
  const radius = reaches.reduce((sum, reach) => sum + reach, 0) / reaches.length;
  return radius > 0 && reaches.every((reach) => Math.abs(reach / radius - 1) <= TOLERANCE) ? { centre, radius } : null;
}

/** Metres between a centre and a place nearby. */
export function reachOf([lon = 0, lat = 0]: Position, [x = 0, y = 0]: Position): number {
  const [east, north] = metres(lat);
  return Math.hypot((x - lon) * east, (y - lat) * north);
}
