import type { Map as MapLibre } from 'maplibre-gl';

/** Waits until the map has drawn everything; not for ever. */
export function still(map: MapLibre, patience: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, patience);
    map.once('idle', () => {
      window.clearTimeout(timer);
      resolve();
    });
    map.triggerRepaint();
  });
}
