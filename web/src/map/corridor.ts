import type { Polygon, Position } from 'geojson';
import { type Geom, union } from 'polyclip-ts';
import { circle, metres, round } from './circle';

/** Corners of a round end: each stands for 10 degrees. */
const CORNERS = 36;
/** The strip of a width along a line, with round ends and corners; nothing where the line has no length. */
export function corridor(line: readonly Position[], width: number): Polygon | null {
  const points = line.filter(
    (at, index) => index === 0 || at[0] !== line[index - 1]?.[0] || at[1] !== line[index - 1]?.[1],
  );
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
  return polygon
    ? {
        type: 'Polygon',
        coordinates: polygon.map((ring) => ring.map(([lon, lat]): Position => [round(lon), round(lat)])),
      }
    : null;
}

/** The rectangle along a segment. */
function side([x1 = 0, y1 = 0]: Position, [x2 = 0, y2 = 0]: Position, radius: number): [number, number][] {
  const [east, north] = metres((y1 + y2) / 2);
  const [dx, dy] = [(x2 - x1) * east, (y2 - y1) * north];
  const length = Math.hypot(dx, dy) || 1;
  const [nx, ny] = [(-dy / length) * (radius / east), (dx / length) * (radius / north)];
  return [
    [x1 + nx, y1 + ny],
    [x1 - nx, y1 - ny],
    [x2 - nx, y2 - ny],
    [x2 + nx, y2 + ny],
    [x1 + nx, y1 + ny],
  ];
}
