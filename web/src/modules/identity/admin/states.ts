export const states = ['active', 'invited', 'suspended', 'dormant', 'left'] as const;
export type AccountState = (typeof states)[number];

/** How a state is marked: what is open, what waits, what is shut. */
export const stateTags: Record<AccountState, string> = {
  active: 'success',
  invited: 'processing',
  suspended: 'error',
  dormant: 'warning',
  left: 'default',
};
