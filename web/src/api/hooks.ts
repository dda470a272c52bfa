import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Polygon } from 'geojson';
import { client, take, type Schemas } from './client';

/** What is counted: a region or a drawn polygon. */
export type Area = { kind: 'region'; code: number } | { kind: 'drawn'; polygon: Polygon };

export function useSession() {
  return useQuery({ queryKey: ['session'], queryFn: () => take(client.GET('/api/session')), staleTime: 60_000 });
}

export function useCity() {
  return useQuery({ queryKey: ['city'], queryFn: () => take(client.GET('/api/city')), refetchInterval: 60_000 });
}

export function useLayers() {
  return useQuery({ queryKey: ['layers'], queryFn: () => take(client.GET('/tiles')), staleTime: 60_000 });
}

export type Code = Schemas['Code'];

/** The code tables, and a function that names a code. */
export function useCodes() {
  return useQuery({
    queryKey: ['codes'],
    queryFn: () => take(client.GET('/api/codes')),
    staleTime: Infinity,
    select: ({ tables }) => new Map(Object.entries(tables).map(([table, codes]) => [table, new Map(codes.map((code) => [code.code, code]))])),
  });
}

export function useRegion(code: number | null) {
  return useQuery({
    queryKey: ['region', code],
    queryFn: () => take(client.GET('/api/regions/{code}', { params: { path: { code: String(code) } } })),
    enabled: code !== null,
    staleTime: 300_000,
  });
}

export function useStatistics(area: Area | null) {
  return useQuery({
    queryKey: ['statistics', area],
    queryFn: () =>
      take(
        client.POST('/api/areas/statistics', {
          body: area?.kind === 'drawn' ? { geometry: { type: 'Polygon', coordinates: area.polygon.coordinates } } : { region: String(area?.code) },
        }),
      ),
    enabled: area !== null,
    placeholderData: keepPreviousData,
  });
}

export function useSearch(text: string) {
  return useQuery({
    queryKey: ['search', text],
    queryFn: ({ signal }) => take(client.GET('/api/search', { params: { query: { q: text, limit: 30 } }, signal })),
    enabled: text !== '',
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}
