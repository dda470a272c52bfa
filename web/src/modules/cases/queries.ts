import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { client, type Schemas, take } from '../../api/client';
import { useI18n } from '../../i18n';

export type ListedCase = Schemas['ListedCase'];
export type CaseRecord = Schemas['CaseRecord'];
export type CaseAction = Schemas['CaseAction'];
export type HistoryEntry = Schemas['HistoryEntry'];

/** How often an open record is asked for again: others work on it too. */
const AGAIN_MS = 20_000;

/** One case. */
export function useCase(id: number) {
  return useQuery({
    queryKey: ['case', id],
    queryFn: () => take(client.GET('/api/cases/{id}', { params: { path: { id } } })),
    refetchInterval: AGAIN_MS,
  });
}

/** Cases that may be the same as one. */
export function useAlike(id: number, isAsked: boolean) {
  return useQuery({
    queryKey: ['case', id, 'alike'],
    queryFn: async () => (await take(client.GET('/api/cases/{id}/alike', { params: { path: { id } } }))).cases,
    enabled: isAsked,
  });
}

/** To whom the work of a case may be given. */
export function useCandidates(id: number, isAsked: boolean) {
  return useQuery({
    queryKey: ['case', id, 'candidates'],
    queryFn: () => take(client.GET('/api/cases/{id}/candidates', { params: { path: { id } } })),
    enabled: isAsked,
  });
}

/** A case, its list and the tasks are asked for again. */
export function useCaseChanged(id: number): () => void {
  const queries = useQueryClient();
  return useCallback(() => {
    for (const queryKey of [['case', id], ['cases'], ['tasks'], ['messages']])
      void queries.invalidateQueries({ queryKey });
  }, [queries, id]);
}

const HOUR_MS = 3_600_000;

/** What people call each action of the process. */
export function useActionTitles(): ReadonlyMap<string, string> {
  const { language } = useI18n();
  const { data } = useQuery({
    queryKey: ['process', 'case'],
    queryFn: () => take(client.GET('/api/flow/definitions/{name}', { params: { path: { name: 'case' } } })),
    staleTime: HOUR_MS,
  });
  return useMemo(
    () =>
      new Map(
        (data?.definition.transitions ?? []).map(({ action, title }) => [
          action,
          title[language === 'en' ? 1 : 0] ?? action,
        ]),
      ),
    [data, language],
  );
}
