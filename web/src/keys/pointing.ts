import type { LngLat, Map as MapLibre, Point } from 'maplibre-gl';

/** A place of the map that is pointed at, by whichever means. */
export interface Pointed {
  point: Point;
  lngLat: LngLat;
}

/** On the map itself the keyboard points at its middle, under which the arrow keys move the map. What is told of the key says whether it was of use. */
export function pointByKeys(map: MapLibre, pressed: (key: 'Enter' | ' ', at: Pointed) => boolean): void {
  map.getCanvas().addEventListener('keydown', (event) => {
    if ((event.key !== 'Enter' && event.key !== ' ') || event.repeat || event.ctrlKey || event.altKey || event.metaKey)
      return;
    const lngLat = map.getCenter();
    if (pressed(event.key, { lngLat, point: map.project(lngLat) })) event.preventDefault();
  });
}

/** The middle of the map as a place where a pointer moves, or comes down and goes up again. */
export function pointerAtMiddle(map: MapLibre, kinds: readonly ('pointermove' | 'pointerdown' | 'pointerup')[]): void {
  const canvas = map.getCanvas();
  const box = canvas.getBoundingClientRect();
  const at = {
    clientX: box.left + box.width / 2,
    clientY: box.top + box.height / 2,
    bubbles: true,
    isPrimary: true,
    pointerId: 1,
    pointerType: 'mouse',
  };
  for (const kind of kinds)
    canvas.dispatchEvent(new PointerEvent(kind, kind === 'pointermove' ? at : { ...at, button: 0 }));
}
