const ZOOM = 17;
const DIGITS = 5;

/** Where a case stands on the map, with its card open. */
export function onMap({ id, lon, lat }: { id: number; lon: number; lat: number }): string {
  const place = [lon, lat].map((part) => part.toFixed(DIGITS)).join(',');
  return `/map?at=${place},${ZOOM}&pick=case,${id},${place}`;
}
