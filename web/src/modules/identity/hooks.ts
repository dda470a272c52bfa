import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { client, take, type Schemas } from '../../api/client';
import type { paths } from '../../api/schema';
import { MOST, whole } from '../../api/whole';

export type Account = Schemas['Account'];
/** The states that an account may be in. */
type AccountState = NonNullable<NonNullable<paths['/api/accounts']['get']['parameters']['query']>['state']>;
export type Agency = Schemas['Agency'];
export type Holding = Schemas['Holding'];
export type Invitation = Schemas['Invitation'];
export type Policy = Schemas['Policy'];
export type Post = Schemas['Post'];
export type RightsRequest = Schemas['RightsRequest'];
export type Role = Schemas['Role'];

/** Accounts that a table shows at once. */
export const PAGE = 50;

/** Every agency in scope. */
export function useAgencies() {
  return useQuery({
    queryKey: ['agencies'],
    queryFn: async () => (await whole((after: string | undefined) => take(client.GET('/api/agencies', { params: { query: { limit: MOST, after } } })))).items,
    staleTime: 60_000,
  });
}

export interface Wanted {
  q: string;
  agency: number | null;
  state: string | null;
  /** `name`, `-signed_in_at`; by id when empty. */
  sort: string;
  after: string | null;
}

/** What the server is asked for accounts, but for the page. */
export function accountsQuery({ q, agency, state, sort }: Omit<Wanted, 'after'>) {
  return { ...(q ? { q } : {}), ...(agency ? { agency } : {}), ...(state ? { state: state as AccountState } : {}), ...(sort ? { sort } : {}) };
}

/** A page of accounts. */
export function useAccounts({ after, ...wanted }: Wanted) {
  return useQuery({
    queryKey: ['accounts', wanted, after],
    queryFn: ({ signal }) =>
      take(client.GET('/api/accounts', { params: { query: { limit: PAGE, count: true, ...accountsQuery(wanted), ...(after ? { after } : {}) } }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** Every account in scope, for what is counted over all of them. */
export function useAllAccounts() {
  return useQuery({
    queryKey: ['accounts', 'all'],
    queryFn: () => whole((after: string | undefined) => take(client.GET('/api/accounts', { params: { query: { limit: MOST, after } } }))),
    staleTime: 60_000,
  });
}

export function useAccount(id: number) {
  return useQuery({ queryKey: ['account', id], queryFn: () => take(client.GET('/api/accounts/{id}', { params: { path: { id } } })) });
}

/** The posts of an agency. */
export function usePosts(agency: number | null) {
  return useQuery({
    queryKey: ['posts', agency],
    queryFn: async () => (await whole((after: number | undefined) => take(client.GET('/api/posts', { params: { query: { agency: agency ?? 0, limit: MOST, after } } })))).items,
    enabled: agency !== null,
  });
}

export function useRoles() {
  return useQuery({ queryKey: ['roles'], queryFn: () => take(client.GET('/api/roles')), staleTime: 60_000 });
}

/** Those that wait, or those that are decided. */
export function useRequests(open: boolean, after: number | null = null) {
  return useQuery({
    queryKey: ['requests', open, after],
    queryFn: () => take(client.GET('/api/rights-requests', { params: { query: { open, limit: PAGE, ...(after ? { after } : {}) } } })),
    placeholderData: keepPreviousData,
    refetchInterval: open ? 30_000 : false,
  });
}

/** What is asked for an account and waits to be agreed to. */
export function useWaitingFor(account: number) {
  return useQuery({
    queryKey: ['requests', 'for', account],
    queryFn: () => take(client.GET('/api/rights-requests', { params: { query: { open: true, account, limit: PAGE } } })),
  });
}

export function usePolicy(enabled = true) {
  return useQuery({ queryKey: ['policy'], queryFn: () => take(client.GET('/api/identity-policy')), enabled });
}
