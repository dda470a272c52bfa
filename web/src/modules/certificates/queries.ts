import { useQuery } from '@tanstack/react-query';
import { client, type Schemas, take } from '../../api/client';
import { MOST, whole } from '../../api/whole';

export type Authority = Schemas['TrustedAuthority'];
export type Bound = Schemas['BoundCertificate'];

const SECOND_MS = 1000;

export interface Challenge {
  text: string;
  /** When it ends, by this machine's clock. */
  until: number;
}

/** A challenge to sign; another one only when it is asked for, since signing takes a while. */
export function useChallenge() {
  return useQuery({
    queryKey: ['challenge'],
    queryFn: challenge,
    staleTime: Infinity,
    gcTime: 0,
    refetchOnReconnect: false,
  });
}

async function challenge(): Promise<Challenge> {
  const answer = client.POST('/api/session/challenge');
  const { challenge: text, expires_at } = await take(answer);
  // The server's clock and this machine's may differ: what counts is the time that is left. Its header leaves fractions out.
  const told = Date.parse((await answer).response.headers.get('Date') ?? '') + SECOND_MS;
  return { text, until: Date.parse(expires_at) + (Number.isNaN(told) ? 0 : Date.now() - told) };
}

/** Every authority whose certificates sign people in. */
export function useAuthorities() {
  return useQuery({
    queryKey: ['authorities'],
    queryFn: async () =>
      (
        await whole((after: number | undefined) =>
          take(client.GET('/api/authorities', { params: { query: { limit: MOST, after } } })),
        )
      ).items,
  });
}

/** The certificates of an account, those unbound among them. */
export function useBound(id: number) {
  return useQuery({
    queryKey: ['certificates', id],
    queryFn: async () =>
      (
        await whole((after: number | undefined) =>
          take(
            client.GET('/api/accounts/{id}/certificates', { params: { path: { id }, query: { limit: MOST, after } } }),
          ),
        )
      ).items,
  });
}

/** One's own. */
export function useOwnCertificates() {
  return useQuery({
    queryKey: ['own-certificates'],
    queryFn: async () =>
      (
        await whole((after: number | undefined) =>
          take(client.GET('/api/account/certificates', { params: { query: { limit: MOST, after } } })),
        )
      ).items,
  });
}

/** What a certificate says of itself, for who trusts or binds it; nothing while there is none to read. */
export function useCertificate(text: string) {
  return useQuery({
    queryKey: ['certificate', text],
    queryFn: () => take(client.POST('/api/certificates/read', { body: { certificate: text } })),
    enabled: text.trim() !== '',
    staleTime: Infinity,
    retry: false,
  });
}
