import type { Authority } from './queries';

const HOUR_MS = 3_600_000;
const SOON_MS = 30 * 24 * HOUR_MS;

export type Validity = 'good' | 'soon' | 'ended';

/** Whether a certificate holds, holds for 30 days at most, or has ended. */
export function validity(notAfter: string, now: number): Validity {
  const left = Date.parse(notAfter) - now;
  if (left <= 0) return 'ended';
  return left <= SOON_MS ? 'soon' : 'good';
}

export type ListStanding = 'none' | 'early' | 'good' | 'grace' | 'stale';

/** Whether an authority's revocation list lets anybody sign in: only one that holds, or that is overdue within the grace. */
export function listStanding(
  {
    crl_this_update,
    crl_next_update,
    grace_hours,
  }: Pick<Authority, 'crl_this_update' | 'crl_next_update' | 'grace_hours'>,
  now: number,
): ListStanding {
  if (!crl_this_update || !crl_next_update) return 'none';
  if (Date.parse(crl_this_update) > now) return 'early';
  const due = Date.parse(crl_next_update);
  if (due > now) return 'good';
  return due + grace_hours * HOUR_MS > now ? 'grace' : 'stale';
}

/** Until when an overdue list is still taken. */
export function graceEnd(nextUpdate: string, hours: number): string {
  return new Date(Date.parse(nextUpdate) + hours * HOUR_MS).toISOString();
}

/** The host of an address that a list is fetched from; none where it is a file. */
export function hostOf(source: string): string | null {
  try {
    const { protocol, hostname } = new URL(source.trim());
    return protocol === 'http:' ? hostname : null;
  } catch {
    return null;
  }
}
