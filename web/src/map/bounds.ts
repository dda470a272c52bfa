import type { Polygon } from 'geojson';

/** A place within a polygon's box, for its letter. */
export function middleOf(polygon: Polygon): [number, number] {
  const [west, south, east, north] = boundsOf(polygon);
  return [(west + east) / 2, (south + north) / 2];
}

/** The box around boxes. */
export function around(boxes: readonly (readonly number[])[]): number[] {
  const side = (at: number) => boxes.map((box) => box[at] ?? 0);
  return [Math.min(...side(0)), Math.min(...side(1)), Math.max(...side(2)), Math.max(...side(3))];
}

/** West, south, east, north of a polygon. */
export function boundsOf(polygon: Polygon): [number, number, number, number] {
  const ring = polygon.coordinates[0] ?? [];
  const [xs, ys] = [ring.map((at) => at[0] ?? 0), ring.map((at) => at[1] ?? 0)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
