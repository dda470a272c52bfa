import type { Polygon } from 'geojson';
import type { View } from '../../../map/controller';
import { isUsual, readStack, type Stack, writeOpacity, writeOrder, writeParts } from '../../../map/stack';

/** What an address of the map says: the view, the layers that are hidden and how the others lie on each other, the area that is counted. */
export interface Shared {
  view: View | null;
  hidden: Set<string> | null;
  stack: Stack;
  region: number | null;
  polygon: Polygon | null;
}

export function readAddress(search: string): Shared {
  const params = new URLSearchParams(search);
  const [lon, lat, zoom] = (params.get('at') ?? '').split(',').map(Number);
  const known = lon !== undefined && lat !== undefined && zoom !== undefined && [lon, lat, zoom].every(Number.isFinite);
  const region = Number(params.get('region'));
  // Rings stand apart by bars; a hole comes after what it is in.
  const rings = (params.get('area') ?? '').split('|').map((ring) =>
    ring
      .split(';')
      .map((pair) => pair.split(',').map(Number))
      .filter((pair) => pair.length === 2 && pair.every(Number.isFinite)),
  );
  return {
    view: known ? { lon, lat, zoom } : null,
    hidden: params.has('hide') ? new Set((params.get('hide') ?? '').split(',').filter(Boolean)) : null,
    stack: readStack(params.get('order'), params.get('opacity'), params.get('parts')),
    region: Number.isSafeInteger(region) && region > 0 ? region : null,
    polygon: rings.every((ring) => ring.length >= 4) ? { type: 'Polygon', coordinates: rings } : null,
  };
}

export function writeAddress(
  { view, hidden, stack, region, polygon }: Shared,
  more: readonly [name: string, value: string][] = [],
): string {
  const params = new URLSearchParams();
  if (view) params.set('at', `${view.lon.toFixed(5)},${view.lat.toFixed(5)},${view.zoom.toFixed(2)}`);
  if (hidden) params.set('hide', [...hidden].sort().join(','));
  if (!isUsual(stack.order)) params.set('order', writeOrder(stack.order));
  const opacity = writeOpacity(stack.opacity);
  if (opacity !== '') params.set('opacity', opacity);
  const parts = writeParts(stack.parts);
  if (parts !== '') params.set('parts', parts);
  if (region !== null) params.set('region', String(region));
  if (polygon)
    params.set('area', polygon.coordinates.map((ring) => ring.map((at) => `${at[0]},${at[1]}`).join(';')).join('|'));
  for (const [name, value] of more) params.append(name, value);
  return `/map?${params.toString().replaceAll('%2C', ',').replaceAll('%3B', ';').replaceAll('%7C', '|').replaceAll('%7E', '~')}`;
}

/** Parts of an address that say what is picked, counted or opened: a change of one is a step, which Back undoes. */
const STEPS = ['pick', 'region', 'area', 'regions', 'tab', 'sheet', 'swipe'];
/** Of these it matters whether they are there, not what they say. */
const OPENED = ['swipe'];

/** Whether somebody who went from one address to another took a step, and didn't just look around. */
export function isStep(before: string, after: string): boolean {
  const [from, to] = [before, after].map((address) => new URLSearchParams(address.slice(address.indexOf('?') + 1)));
  return STEPS.some((name) =>
    OPENED.includes(name) ? from?.has(name) !== to?.has(name) : from?.get(name) !== to?.get(name),
  );
}

/** An address with the view of another. */
export function lookingFrom(address: string, other: string): string {
  const at = /[?&](at=[^&]*)/.exec(other)?.[1];
  if (at === undefined) return address;
  return /[?&]at=/.test(address)
    ? address.replace(/([?&])at=[^&]*/, `$1${at}`)
    : `${address}${address.includes('?') ? '&' : '?'}${at}`;
}
