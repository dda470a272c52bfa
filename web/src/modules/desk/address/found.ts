import type { Found } from '../../../api/client';
import { declared, layerOf } from '../../../api/declared';
import { lastAddress } from '../lastAddress';

/** Close enough that a single house stands apart. */
const ZOOM = '16.50';

/** Where on the map something stands that the search found. What is shown and coloured there stays as it was. */
export function addressOfFound(
  { kind, id, lon, lat }: Found,
  here: { pathname: string; search: string },
): { address: string; isStep?: boolean } | null {
  if (!declared().pages.some(({ path }) => path === '/map')) return null;
  const isRegion = kind === 'region';
  if (!isRegion && !layerOf(kind)) return null;
  const isHere = here.pathname === '/map';
  const before = isHere ? location.search : (lastAddress() ?? '').split('?')[1];
  const params = new URLSearchParams(before ?? '');
  for (const name of ['pick', 'sheet', 'embed']) params.delete(name);
  if (isRegion) {
    for (const name of ['area', 'regions', 'at']) params.delete(name);
    params.set('region', String(id));
  } else {
    params.set('at', `${lon.toFixed(5)},${lat.toFixed(5)},${ZOOM}`);
    params.set('pick', `${kind},${id},${lon.toFixed(5)},${lat.toFixed(5)}`);
  }
  return { address: `/map?${params.toString().replaceAll('%2C', ',')}`, isStep: isHere };
}
