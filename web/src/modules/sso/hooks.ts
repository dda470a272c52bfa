import { useQuery } from '@tanstack/react-query';
import { client, type Schemas, take } from '../../api/client';

export type ClientSystem = Schemas['ClientSystem'];
export type SystemDraft = Schemas['SystemDraft'];
export type SignInProvider = Schemas['SignInProvider'];

/** As many as there may be; the server gives no more in a page. */
const MOST = 500;

/** The systems that the reader may open. */
export function usePortal() {
  return useQuery({ queryKey: ['portal'], queryFn: () => take(client.GET('/api/portal')) });
}

export function useSystems() {
  return useQuery({
    queryKey: ['systems'],
    queryFn: () => take(client.GET('/api/systems', { params: { query: { limit: MOST } } })),
  });
}

export function useProviders() {
  return useQuery({
    queryKey: ['providers'],
    queryFn: () => take(client.GET('/api/sign-in-providers', { params: { query: { limit: MOST } } })),
  });
}
