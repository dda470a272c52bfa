import type { Polygon, Position } from 'geojson';
import { client, take } from '../../../api/client';
import { circleOf } from '../../../map/circle';
import { readPlace, type System, sayPlace, whyNoPlace } from '../../../map/crs';
import type { TextKey } from '../words';

export type Shape = 'polygon' | 'circle' | 'corridor' | 'regions';

/** A place as it was typed, in the system of its numbers. */
export interface TypedPlace {
  lon: number;
  lat: number;
  crs: string;
}

/** The first line that is no place, and what is wrong with it. */
export interface LineFault {
  line: number;
  why: TextKey;
}

/** Lines of coordinates in a system; `home` is a longitude nearby, for numbers without a zone. */
export function typedPlaces(text: string, system: System = 'wgs84', home = 0): TypedPlace[] | LineFault {
  const lines = text
    .split(/\n|;|；/)
    .map((line, at) => ({ line: at + 1, text: line.trim() }))
    .filter((line) => line.text !== '');
  const places = lines.map((line) => readPlace(system, line.text, home));
  const at = places.indexOf(null);
  const wrong = lines[at] ?? (lines.length === 0 ? { line: 1, text: '' } : undefined);
  if (!wrong) return places.flatMap((place) => (place ? [place] : []));
  const why = whyNoPlace(system, wrong.text);
  return { line: wrong.line, why: why === 'goToWrong' && system !== 'gk' ? 'coordinatesWrong' : why };
}

/** Systems whose degrees are those of the map: they differ by centimetres at most. */
const SAME = new Set(['EPSG:4326', 'EPSG:4490']);

/** The places as the map has them; those of other systems are asked of the server. */
export function onTheMap(places: readonly TypedPlace[]): Promise<Position[]> {
  return Promise.all(
    places.map(async ({ lon, lat, crs }): Promise<Position> => {
      if (SAME.has(crs)) return [lon, lat];
      const { wgs84 } = await take(client.GET('/api/coordinates', { params: { query: { lon, lat, crs } } }));
      return [wgs84.lon, wgs84.lat];
    }),
  );
}

/** Places as they are typed in a system, a line each. */
export const sayPlaces = (places: readonly Position[], system: System): string =>
  places.map(([lon = 0, lat = 0]) => sayPlace(system, lon, lat)).join('\n');

/** What the dialog starts with: the area that stands, or else a circle around a place. */
export function firstShape(
  polygon: Polygon | null,
  line: readonly Position[] | null,
  place: Position | null,
): { shape: Shape; places: Position[]; radius: number | null } {
  if (polygon && line) return { shape: 'corridor', places: [...line], radius: null };
  const round = polygon && circleOf(polygon);
  if (round) return { shape: 'circle', places: [round.centre], radius: Math.round(round.radius) };
  if (polygon) return { shape: 'polygon', places: polygon.coordinates[0]?.slice(0, -1) ?? [], radius: null };
  return { shape: 'circle', places: place ? [place] : [], radius: null };
}
