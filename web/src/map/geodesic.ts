import type { Position } from 'geojson';

/** The ellipsoid of WGS 84. */
const A = 6_378_137;
const F = 1 / 298.257223563;
const B = A * (1 - F);
const E2 = F * (2 - F);
const E = Math.sqrt(E2);
const RAD = Math.PI / 180;
/** Steps until a distance stands to a hundredth of a millimetre; only places opposite of each other need more. */
const STEPS = 60;

/** Metres of the shortest way between two places on the ellipsoid (Vincenty 1975): to a millimetre. */
export function distance([lon1 = 0, lat1 = 0]: Position, [lon2 = 0, lat2 = 0]: Position): number {
  const across = (lon2 - lon1) * RAD;
  const [u1, u2] = [Math.atan((1 - F) * Math.tan(lat1 * RAD)), Math.atan((1 - F) * Math.tan(lat2 * RAD))];
  const [s1, c1, s2, c2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let lambda = across;
  for (let step = 0; step < STEPS; step += 1) {
    const [sl, cl] = [Math.sin(lambda), Math.cos(lambda)];
    const sinS = Math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl);
    if (sinS === 0) return 0;
    const cosS = s1 * s2 + c1 * c2 * cl;
    const sigma = Math.atan2(sinS, cosS);
    const sinA = (c1 * c2 * sl) / sinS;
    const cos2A = 1 - sinA * sinA;
    const cos2M = cos2A === 0 ? 0 : cosS - (2 * s1 * s2) / cos2A;
    const c = (F / 16) * cos2A * (4 + F * (4 - 3 * cos2A));
    const next = across + (1 - c) * F * sinA * (sigma + c * sinS * (cos2M + c * cosS * (2 * cos2M * cos2M - 1)));
    const still = Math.abs(next - lambda) < 1e-12;
    lambda = next;
    if (!still && step < STEPS - 1) continue;
    const k = (cos2A * (A * A - B * B)) / (B * B);
    const big = 1 + (k / 16384) * (4096 + k * (-768 + k * (320 - 175 * k)));
    const small = (k / 1024) * (256 + k * (-128 + k * (74 - 47 * k)));
    const less =
      small *
      sinS *
      (cos2M +
        (small / 4) *
          (cosS * (2 * cos2M * cos2M - 1) - (small / 6) * cos2M * (4 * sinS * sinS - 3) * (4 * cos2M * cos2M - 3)));
    return B * big * (sigma - less);
  }
  return 0;
}

/** Metres of each segment of a line. */
export const segments = (line: readonly Position[]): number[] =>
  line.slice(1).map((to, at) => distance(line[at] as Position, to));

export const total = (parts: readonly number[]) => parts.reduce((sum, part) => sum + part, 0);

/** What the areas of the ellipsoid are counted by: zones up to a latitude have the same area on the sphere (Snyder 1987, 3-12). */
const q = (sin: number) => (1 - E2) * (sin / (1 - E2 * sin * sin) + Math.atanh(E * sin) / E);
const POLE = q(1);
const SPHERE2 = (A * A * POLE) / 2;

/** Square metres within a ring on the ellipsoid, by the sphere of equal area; for a city to a millionth of the area. */
export function area(ring: readonly Position[]): number {
  let excess = 0;
  for (let at = 0; at < ring.length; at += 1) {
    const [lon1 = 0, lat1 = 0] = ring[at] as Position;
    const [lon2 = 0, lat2 = 0] = ring[(at + 1) % ring.length] as Position;
    const [t1, t2] = [lat1, lat2].map((lat) => Math.tan(Math.asin(q(Math.sin(lat * RAD)) / POLE) / 2)) as [
      number,
      number,
    ];
    excess += 2 * Math.atan2(Math.tan(((lon2 - lon1) * RAD) / 2) * (t1 + t2), 1 + t1 * t2);
  }
  return Math.abs(excess) * SPHERE2;
}

/** Square metres of a 亩. */
export const MU = 10_000 / 15;
