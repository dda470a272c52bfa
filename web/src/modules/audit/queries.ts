import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, done, type Schemas, take } from '../../api/client';
import { fileAt, fileName, keep } from '../../kit/downloads';
import { asQuery, type Filter } from './filter';

export type Entry = Schemas['Entry'];
export type Alert = Schemas['Alert'];
export type Rule = Schemas['Rule'];
export type Setting = Schemas['Setting'];

export function useEntries(filter: Filter) {
  return useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      take(
        client.GET('/api/audit', {
          params: { query: { ...asQuery(filter), limit: 50, ...(pageParam === null ? {} : { after: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? null,
    placeholderData: keepPreviousData,
  });
}

export function useTimeline(filter: Filter) {
  return useQuery({
    queryKey: ['audit-timeline', filter],
    queryFn: ({ signal }) => take(client.GET('/api/audit/timeline', { params: { query: asQuery(filter) }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useChain() {
  return useQuery({
    queryKey: ['audit-seals'],
    queryFn: () => take(client.GET('/api/audit/seals')),
    refetchInterval: 15_000,
  });
}

export function useAlerts(open: boolean) {
  return useInfiniteQuery({
    queryKey: ['audit-alerts', open],
    queryFn: ({ pageParam, signal }) =>
      take(
        client.GET('/api/audit/alerts', {
          params: { query: { open, limit: 50, ...(pageParam === null ? {} : { before: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next ?? null,
    refetchInterval: 60_000,
  });
}

export function useAcknowledge(onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, note }: { id: number; note: string }) =>
      done(client.POST('/api/audit/alerts/{id}/acknowledge', { params: { path: { id } }, body: { note } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['audit-alerts'] });
      onDone();
    },
  });
}

/** What counts as unusual, one rule for each kind. */
export function useRules() {
  return useQuery({
    queryKey: ['audit-rules'],
    queryFn: async () => (await take(client.GET('/api/audit/rules'))).rules,
  });
}

/** Sets one rule. */
export function useSetRule(kind: Rule['kind'], onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Setting) => done(client.PUT('/api/audit/rules/{kind}', { params: { path: { kind } }, body })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['audit-rules'] });
      onDone();
    },
  });
}

/** The entries of a filter as a file of the server's. */
export async function downloadEntries(filter: Filter, name: string): Promise<void> {
  const query = new URLSearchParams(asQuery(filter)).toString();
  keep(await fileAt(`/api/audit/export?${query}`), fileName(name, 'csv'));
}
