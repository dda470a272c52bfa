import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, done, type Schemas, take } from '../../api/client';
import type { ListQuery } from '../../kit/list/useList';

export type Entry = Schemas['Entry'];
export type Alert = Schemas['Alert'];
export type Rule = Schemas['Rule'];
export type Setting = Schemas['Setting'];

/** So often one looks how the chain stands, and while it is checked. */
const LOOK_MS = 15_000;
const CHECKING_MS = 2_000;

/** How many entries there were in each hour or day, of those that a list asks for. */
export function useTimeline(query: ListQuery) {
  return useQuery({
    queryKey: ['audit-timeline', query],
    queryFn: ({ signal }) => take(client.GET('/api/audit/timeline', { params: { query: query as never }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useChain() {
  return useQuery({
    queryKey: ['audit-seals'],
    queryFn: () => take(client.GET('/api/audit/seals')),
    refetchInterval: ({ state }) => (state.data?.asked === 'under_way' ? CHECKING_MS : LOOK_MS),
  });
}

/** Has the chain computed anew in the background. */
export function useCheckChain() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => done(client.POST('/api/audit/check')),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['audit-seals'] }),
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
