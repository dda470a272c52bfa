import proj4 from 'proj4';

/** What the readout says while the pointer moves; whatever is kept comes from the server (`/api/coordinates`), whose formulas these are. */
export type System = 'wgs84' | 'cgcs2000' | 'gk' | 'gcj02';
export const systems: readonly System[] = ['wgs84', 'cgcs2000', 'gk', 'gcj02'];

const RAD = Math.PI / 180;
const { sin, cos, sqrt, abs, PI } = Math;
/** Its ellipsoid differs from GRS 80 by a tenth of a millimetre at the poles. */
const CGCS2000 = '+proj=longlat +ellps=GRS80 +no_defs';

/** A place as the public maps of China have it (see `gcj02` in src/spatial/crs.rs). */
export function gcj02(lon: number, lat: number): [lon: number, lat: number] {
  const [AXIS, SQUARE] = [6_378_245, 0.006693421622965943];
  if (lon < 72.004 || lon > 137.8347 || lat < 0.8293 || lat > 55.8271) return [lon, lat];
  const [x, y] = [lon - 105, lat - 35];
  const waves = (v: number) => ((20 * sin(6 * v * PI) + 20 * sin(2 * v * PI)) * 2) / 3;
  const north =
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * sqrt(abs(x)) +
    waves(x) +
    ((20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * 2) / 3 +
    ((160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * 2) / 3;
  const east =
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * sqrt(abs(x)) +
    waves(x) +
    ((20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * 2) / 3 +
    ((150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3;
  const magic = 1 - SQUARE * sin(lat * RAD) ** 2;
  return [
    lon + (east * 180) / ((AXIS / sqrt(magic)) * cos(lat * RAD) * PI),
    lat + (north * 180) / (((AXIS * (1 - SQUARE)) / (magic * sqrt(magic))) * PI),
  ];
}

/** The 3-degree zone of a longitude; none outside of China's. */
export function zoneOf(lon: number): number | null {
  const zone = Math.ceil((lon - 1.5) / 3);
  return zone >= 25 && zone <= 45 ? zone : null;
}

/** Metres north of the equator (x on Chinese maps) and east (y), the zone's number before them, of CGCS2000's 3-degree Gauss-Krüger projection. */
export function gaussKruger(lon: number, lat: number, zone: number): [northing: number, easting: number] {
  const there = `+proj=tmerc +lat_0=0 +lon_0=${zone * 3} +k=1 +x_0=${zone * 1e6 + 500_000} +y_0=0 +ellps=GRS80 +units=m`;
  const [easting = 0, northing = 0] = proj4(CGCS2000, there, [lon, lat]);
  return [northing, easting];
}

/** A place in a system, as it is read. */
export function sayPlace(system: System, lon: number, lat: number): string {
  if (system === 'gk') {
    const zone = zoneOf(lon);
    if (zone === null) return '—';
    const [northing, easting] = gaussKruger(lon, lat, zone);
    return `X ${northing.toFixed(1)}  Y ${easting.toFixed(1)}`;
  }
  const [x, y] = system === 'gcj02' ? gcj02(lon, lat) : [lon, lat];
  return `${x.toFixed(6)}, ${y.toFixed(6)}`;
}

/** The numbers that somebody typed. */
const numbersOf = (text: string): number[] =>
  text
    .trim()
    .replaceAll(/[XxYyEeNn:：=]/g, ' ')
    .split(/[,，;；\s]+/)
    .filter(Boolean)
    .map(Number);

const isDegrees = (lon: number, lat: number) => abs(lon) <= 180 && abs(lat) <= 85;

/** What is wrong with a text that is no place of a system: no two numbers, the latitude before the longitude, or numbers out of range. */
export function whyNoPlace(system: System, text: string): 'goToWrong' | 'goToOrder' | 'goToRange' | 'goToRangeMetres' {
  const [first, second, ...more] = numbersOf(text);
  if (
    first === undefined ||
    second === undefined ||
    more.length > 0 ||
    !Number.isFinite(first) ||
    !Number.isFinite(second)
  )
    return 'goToWrong';
  if (system === 'gk') return 'goToRangeMetres';
  return isDegrees(second, first) ? 'goToOrder' : 'goToRange';
}

/** What somebody typed as a place of a system, as the server is asked for it; nothing for what is none. In a projected system either of the two may come first. */
export function readPlace(
  system: System,
  text: string,
  home: number,
): { lon: number; lat: number; crs: string } | null {
  const parts = numbersOf(text);
  const [first, second] = parts;
  if (parts.length !== 2 || first === undefined || second === undefined || !parts.every(Number.isFinite)) return null;
  if (system !== 'gk') {
    return isDegrees(first, second)
      ? { lon: first, lat: second, crs: { wgs84: 'EPSG:4326', cgcs2000: 'EPSG:4490', gcj02: 'GCJ-02' }[system] }
      : null;
  }
  // Eastings are below 900 km or carry a zone's number, and China lies from 1,900 to 6,000 km north of the equator.
  const isEast = (value: number) => (value > 100_000 && value < 900_000) || (value >= 25e6 && value < 46e6);
  const isNorth = (value: number) => value >= 1e6 && value <= 7e6;
  const [easting, northing] = isEast(first) && isNorth(second) ? [first, second] : [second, first];
  if (!isEast(easting) || !isNorth(northing)) return null;
  const numbered = easting >= 1e6;
  const zone = numbered ? Math.floor(easting / 1e6) : zoneOf(home);
  if (zone === null || zone < 25 || zone > 45) return null;
  return { lon: easting, lat: northing, crs: `EPSG:${(numbered ? 4513 : 4534) + zone - 25}` };
}
