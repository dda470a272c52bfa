import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { client, take } from '../../api/client';
import { liesWithin } from '../../api/levels';
import { type Codes, nameOf } from '../../map/describe';
import { useFace } from '../../theme';

/** Which records of the archives are of use in an emergency: a layer, the property that holds the kind, and the kind's code. */
const KINDS = [
  { layer: 'component', property: 'category', table: 'case_category', code: 'C0113' },
  { layer: 'component', property: 'category', table: 'case_category', code: 'C0501' },
  { layer: 'component', property: 'category', table: 'case_category', code: 'C0506' },
  { layer: 'component', property: 'category', table: 'case_category', code: 'C0507' },
  { layer: 'organisation', property: 'type_code', table: 'organisation_type', code: 'OT23' },
  { layer: 'organisation', property: 'type_code', table: 'organisation_type', code: 'OT24' },
  { layer: 'organisation', property: 'type_code', table: 'organisation_type', code: 'OT28' },
  { layer: 'organisation', property: 'type_code', table: 'organisation_type', code: 'OT30' },
] as const;

const FRESH_MS = 600_000;
/** More of a kind than this are not drawn. */
const MOST = 10_000;

export interface Facility {
  id: number;
  lon: number;
  lat: number;
  region: number;
  name: string;
}

export interface FacilityKind {
  code: string;
  name: string;
  nameEn: string;
  colour: string;
  spots: readonly Facility[];
}

interface Features {
  features: {
    id: number;
    geometry: { coordinates: [number, number] };
    properties: { region?: number; name?: string };
  }[];
}

/** Places of use in an emergency within a region, by kind; kinds of which the archives hold none are left out. */
export function useFacilities(
  wanted: boolean,
  region: number | null,
  codes: Codes,
): { kinds: FacilityKind[]; data: true | undefined; error: Error | null } {
  const face = useFace();
  const queries = useQueries({
    queries: KINDS.map(({ layer, property, code }) => ({
      queryKey: ['facilities', layer, code],
      enabled: wanted,
      staleTime: FRESH_MS,
      refetchInterval: FRESH_MS,
      queryFn: () =>
        take(
          client.GET('/ogc/collections/{layer}/items', {
            params: { path: { layer }, query: { [property]: code, limit: MOST } as { limit: number } },
          }),
        ) as Promise<unknown> as Promise<Features>,
    })),
    combine: (results) => ({
      found: results.map(({ data }) => data),
      error: results.find(({ error }) => error)?.error ?? null,
    }),
  });
  const kinds = useMemo(
    () =>
      KINDS.flatMap(({ table, code }, at): FacilityKind[] => {
        const features = queries.found[at]?.features ?? [];
        if (features.length === 0) return [];
        return [
          {
            code,
            name: nameOf(codes, table, code, 'zh-CN'),
            nameEn: nameOf(codes, table, code, 'en'),
            colour: face.series[at % face.series.length] ?? face.accent,
            spots: features
              .map(({ id, geometry, properties }) => ({
                id,
                lon: geometry.coordinates[0],
                lat: geometry.coordinates[1],
                region: Number(properties.region ?? 0),
                name: properties.name ?? '',
              }))
              .filter((spot) => region === null || liesWithin(spot.region, region)),
          },
        ];
      }),
    [queries.found, region, codes, face],
  );
  return { kinds, data: queries.found.every((found) => found !== undefined) ? true : undefined, error: queries.error };
}
