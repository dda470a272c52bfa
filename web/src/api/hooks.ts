import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import type { Polygon } from 'geojson';
import { client, ProblemError, type Schemas, take } from './client';
import type { Level } from './levels';
import { endOf, type Span } from './spans';

const MINUTE_MS = 60_000;
const AGAIN_MS = 5_000;

/** What is counted: a region, several as one, or a drawn polygon. */
export type Area =
  | { kind: 'region'; code: number }
  | { kind: 'regions'; codes: number[] }
  | { kind: 'drawn'; polygon: Polygon };

/** An area as the server is asked for it. */
export function areaRequest(area: Area): Schemas['AreaRequest'] {
  if (area.kind === 'drawn') return { geometry: { type: 'Polygon', coordinates: area.polygon.coordinates } };
  return area.kind === 'region' ? { region: String(area.code) } : { regions: area.codes.map(String) };
}

export function useSession() {
  return useQuery({
    queryKey: ['session'],
    queryFn: () => take(client.GET('/api/session')),
    staleTime: MINUTE_MS,
    // A wall that nobody sits at finds back by itself.
    refetchInterval: ({ state }) =>
      state.error && !(state.error instanceof ProblemError && state.error.status === 401) ? AGAIN_MS : false,
  });
}

/** One's own account, posts and sessions. */
export function useOwn(enabled = true) {
  return useQuery({ queryKey: ['own-account'], queryFn: () => take(client.GET('/api/account')), enabled });
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
    select: ({ tables }) =>
      new Map(Object.entries(tables).map(([table, codes]) => [table, new Map(codes.map((code) => [code.code, code]))])),
  });
}

export const regionOf = (code: number) =>
  queryOptions({
    queryKey: ['region', code],
    queryFn: () => take(client.GET('/api/regions/{code}', { params: { path: { code: String(code) } } })),
    staleTime: 300_000,
  });

export function useRegion(code: number | null) {
  return useQuery({ ...regionOf(code ?? 0), enabled: code !== null });
}

/** What an area holds. */
export const statisticsOf = (area: Area) =>
  queryOptions({
    queryKey: ['statistics', area],
    queryFn: () => take(client.POST('/api/areas/statistics', { body: areaRequest(area) })),
  });

export function useStatistics(area: Area | null) {
  return useQuery({
    ...statisticsOf(area ?? { kind: 'region', code: 0 }),
    enabled: area !== null,
    placeholderData: keepPreviousData,
  });
}

export function useSearch(text: string, kind?: string) {
  return useQuery({
    queryKey: ['search', text, kind],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/search', {
          params: { query: { q: text, limit: 30, ...(kind === undefined ? {} : { kind }) } },
          signal,
        }),
      ),
    enabled: text !== '',
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}

/** The cases of a region as they stood at a moment (now when null). */
export function useCaseFigures(region: number | null, at: Date | null, days = 30) {
  const moment = at?.toISOString();
  return useQuery({
    queryKey: ['case-figures', region, moment ?? 'now', days],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/cases/figures', {
          params: { query: { region: String(region), days, ...(moment ? { at: moment } : {}) } },
          signal,
        }),
      ),
    enabled: region !== null,
    placeholderData: keepPreviousData,
    // The past doesn't change; now does: when something happens, and with the day and the deadlines that pass.
    refetchInterval: moment ? false : MINUTE_MS,
    staleTime: moment ? MINUTE_MS : 0,
    gcTime: moment ? 10_000 : 300_000,
  });
}

/** What the archives hold of each region of a level within another. */
export function useMeasures(level: Level | null, within: number | null) {
  return useQuery({
    queryKey: ['measures', level, within],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/measures', {
          params: { query: { level: level ?? 'street', within: String(within) } },
          signal,
        }),
      ),
    enabled: level !== null && within !== null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

/** The cases of each region of a level within another, as they stood at a moment (now when null). */
export function useCasesByRegion(level: Level | null, within: number | null, at: Date | null, days = 30) {
  const moment = at?.toISOString();
  return useQuery({
    queryKey: ['cases-by-region', level, within, moment ?? 'now', days],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/cases/by-region', {
          params: {
            query: { level: level ?? 'street', within: String(within), days, ...(moment ? { at: moment } : {}) },
          },
          signal,
        }),
      ),
    enabled: level !== null && within !== null,
    placeholderData: keepPreviousData,
    refetchInterval: moment ? false : MINUTE_MS,
    staleTime: moment ? MINUTE_MS : 5_000,
    gcTime: moment ? 10_000 : 300_000,
  });
}

/** The cases that were open at some time of a span; of a span that hasn't ended they are asked for again each minute. */
export function useMoments(region: number | null, span: Span | null) {
  const end = span && endOf(span);
  return useQuery({
    queryKey: ['moments', region, span?.from.toISOString(), end?.toISOString()],
    queryFn: ({ signal }) =>
      take(
        client.GET('/api/cases/moments', {
          params: {
            query: { region: String(region), from: span?.from.toISOString() ?? '', to: end?.toISOString() ?? '' },
          },
          signal,
        }),
      ),
    enabled: region !== null && span !== null,
    placeholderData: keepPreviousData,
    refetchInterval: end && end.getTime() > Date.now() ? MINUTE_MS : false,
    staleTime: MINUTE_MS,
    gcTime: MINUTE_MS,
  });
}

/** The platforms by which one may sign in, for who hasn't yet. */
export function useSignInChoices() {
  return useQuery({
    queryKey: ['sign-in-choices'],
    queryFn: () => take(client.GET('/api/session/providers')),
    staleTime: 60_000,
    retry: false,
  });
}

/** The roles, and what each permission is called. */
export function useRoles() {
  return useQuery({ queryKey: ['roles'], queryFn: () => take(client.GET('/api/roles')), staleTime: 60_000 });
}
