import type { Map as MapLibre } from 'maplibre-gl';

/** Whether a map has been taken apart: nothing can be asked of it any more. */
export const isRemoved = (map: MapLibre): boolean => (map as unknown as { _removed?: boolean })._removed === true;
