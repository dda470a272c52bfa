import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { client, type Schemas, take } from '../../api/client';
import { MOST, whole } from '../../api/whole';

export type Account = Schemas['Account'];
export type Agency = Schemas['Agency'];
export type Holding = Schemas['Holding'];
export type Invitation = Schemas['Invitation'];
export type Policy = Schemas['Policy'];
export type Post = Schemas['Post'];
export type RightsRequest = Schemas['RightsRequest'];
export type Role = Schemas['Role'];

/** As many of a list as are told beside other things. */
const FIRST = 10;

/** Every agency in scope. */
export function useAgencies() {
  return useQuery({
    queryKey: ['agencies'],
    queryFn: async () =>
      (
        await whole((after: string | undefined) =>
          take(client.GET('/api/agencies', { params: { query: { limit: MOST, after } } })),
        )
      ).items,
    staleTime: 60_000,
  });
}

/** Every account in scope, for what is counted over all of them. */
export function useAllAccounts() {
  return useQuery({
    queryKey: ['accounts', 'all'],
    queryFn: () =>
      whole((after: string | undefined) =>
        take(client.GET('/api/accounts', { params: { query: { limit: MOST, after } } })),
      ),
    staleTime: 60_000,
  });
}

export function useAccount(id: number) {
  return useQuery({
    queryKey: ['account', id],
    queryFn: () => take(client.GET('/api/accounts/{id}', { params: { path: { id } } })),
  });
}

/** The posts of an agency. */
export function usePosts(agency: number | null) {
  return useQuery({
    queryKey: ['posts', agency],
    queryFn: async () =>
      (
        await whole((after: number | undefined) =>
          take(client.GET('/api/posts', { params: { query: { agency: agency ?? 0, limit: MOST, after } } })),
        )
      ).items,
    enabled: agency !== null,
  });
}

/** The newest requests that wait, and how many wait in all. */
export function useWaitingRequests() {
  const queries = useQueryClient();
  const waiting = useQuery({
    queryKey: ['requests', 'waiting'],
    queryFn: () =>
      take(client.GET('/api/rights-requests', { params: { query: { open: true, count: true, limit: FIRST } } })),
    refetchInterval: 30_000,
  });
  const total = waiting.data?.total;
  // The list says what the number beside it says.
  useEffect(() => {
    if (total !== undefined) void queries.invalidateQueries({ queryKey: ['requests', 'list'] });
  }, [total, queries]);
  return waiting;
}

/** What is asked for an account and waits to be agreed to. */
export function useWaitingFor(account: number) {
  return useQuery({
    queryKey: ['requests', 'for', account],
    queryFn: () => take(client.GET('/api/rights-requests', { params: { query: { open: true, account } } })),
  });
}

export function usePolicy(enabled = true) {
  return useQuery({ queryKey: ['policy'], queryFn: () => take(client.GET('/api/identity-policy')), enabled });
}
