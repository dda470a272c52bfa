import type { Polygon, Position } from 'geojson';
import type { Area } from '../../../api/hooks';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Seven decimals are a centimetre: what is counted again is the same to the last building. */
const SCALE = 1e7;

/** A whole number in letters of an address: five bits each, the sixth says that more follow. */
function written(value: number): string {
  let left = value < 0 ? -value * 2 - 1 : value * 2;
  let text = '';
  do {
    const five = left % 32;
    left = Math.floor(left / 32);
    text += DIGITS[five + (left > 0 ? 32 : 0)];
  } while (left > 0);
  return text;
}

function read(text: string): number[] {
  const numbers: number[] = [];
  let [value, unit] = [0, 1];
  for (const letter of text) {
    const digit = DIGITS.indexOf(letter);
    if (digit === -1) return [];
    value += (digit % 32) * unit;
    unit *= 32;
    if (digit < 32) {
      numbers.push(value % 2 === 1 ? -(value + 1) / 2 : value / 2);
      [value, unit] = [0, 1];
    }
  }
  return numbers;
}

/** A polygon in few letters: each place as its way from the one before; rings apart by dots. */
export function writePolygon(polygon: Polygon): string {
  return polygon.coordinates
    .map((ring) => {
      let [x, y] = [0, 0];
      return ring
        .map(([lon = 0, lat = 0]) => {
          const [east, north] = [Math.round(lon * SCALE), Math.round(lat * SCALE)];
          const step = written(east - x) + written(north - y);
          [x, y] = [east, north];
          return step;
        })
        .join('');
    })
    .join('.');
}

export function readPolygon(text: string): Polygon | null {
  const coordinates = text.split('.').map((ring) => {
    const steps = read(ring);
    let [x, y] = [0, 0];
    const places: Position[] = [];
    for (let at = 0; at + 1 < steps.length; at += 2) {
      x += steps[at] ?? 0;
      y += steps[at + 1] ?? 0;
      places.push([x / SCALE, y / SCALE]);
    }
    return places;
  });
  return coordinates.every((ring) => ring.length >= 4) ? { type: 'Polygon', coordinates } : null;
}

/** Fifteen digits. */
const isCode = (code: number) => Number.isSafeInteger(code) && code >= 1e14 && code < 1e15;

/** Codes without the zeros behind them that all of a level have. */
export const writeCodes = (codes: readonly number[]) =>
  codes.map((code) => String(code / 1_000).replace('.', 'g')).join('-');

export function readCodes(text: string): number[] {
  return text
    .split('-')
    .map((part) => Math.round(Number(part.replace('g', '.')) * 1_000))
    .filter(isCode);
}

/** An area in an address: `r` a region, `s` several, `p` a polygon. */
export function writeArea(area: Area): string {
  if (area.kind === 'region') return `r${writeCodes([area.code])}`;
  if (area.kind === 'regions') return `s${writeCodes(area.codes)}`;
  return `p${writePolygon(area.polygon)}`;
}

export function readArea(text: string): Area | null {
  const rest = text.slice(1);
  if (text.startsWith('p')) {
    const polygon = readPolygon(rest);
    return polygon && { kind: 'drawn', polygon };
  }
  const codes = readCodes(rest);
  if (codes[0] === undefined) return null;
  return text.startsWith('r') ? { kind: 'region', code: codes[0] } : { kind: 'regions', codes };
}
