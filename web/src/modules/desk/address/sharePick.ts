import type { Picked } from '../../../map/controller';

/** What an address says of the thing whose details are open: `pick=building,17,114.93000,27.81000`. */
export function readPick(search: string): Picked | null {
  const [layer = '', ...numbers] = (new URLSearchParams(search).get('pick') ?? '').split(',');
  const [id = NaN, lon = NaN, lat = NaN] = numbers.map(Number);
  const known =
    /^[a-z-]{1,40}$/.test(layer) && Number.isSafeInteger(id) && id > 0 && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
  return known ? { layer, id, lon, lat, properties: {} } : null;
}

/** The same as a part of an address. Of many at a place nothing is said: they are others at the next zoom, and for another reader. */
export const writePick = (picked: Picked | null): [name: string, value: string][] =>
  picked === null || isMany(picked) || picked.id <= 0
    ? []
    : [['pick', `${picked.layer},${picked.id},${picked.lon.toFixed(5)},${picked.lat.toFixed(5)}`]];

/** Whether what was picked stands for many, which have no record of their own. */
export const isMany = (picked: Picked) => picked.properties['count'] !== undefined;
