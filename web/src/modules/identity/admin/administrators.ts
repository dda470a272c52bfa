import type { Account } from '../hooks';

export const administrators = ['system', 'security', 'audit'] as const;
export type Administrator = (typeof administrators)[number];

/** Who is which of the three administrators: who may sign in and holds a post. */
export function administratorsOf(accounts: readonly Account[]): Record<Administrator, Account[]> {
  const of = (kind: Administrator) =>
    accounts.filter(
      ({ administrator, state, posts }) => administrator === kind && state === 'active' && posts.length > 0,
    );
  return { system: of('system'), security: of('security'), audit: of('audit') };
}

/** How many accounts stand in each state. */
export function countStates(accounts: readonly Account[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { state } of accounts) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}
