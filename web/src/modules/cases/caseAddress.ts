const ZOOM = 17;
const DIGITS = 5;

/** Where a case stands on the map, with its card open. */
export function onMap({ id, lon, lat }: { id: number; lon: number; lat: number }): string {
  const place = [lon, lat].map((part) => part.toFixed(DIGITS)).join(',');
  return `/map?at=${place},${ZOOM}&pick=case,${id},${place}`;
}

/** Where a file of a case lies: whole, or the small picture of it. */
export const fileOf = (caseId: number, file: number, isSmall: boolean): string =>
  `/api/cases/${caseId}/files/${file}${isSmall ? '?small=true' : ''}`;
