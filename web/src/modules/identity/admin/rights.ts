import type { Session } from '../../../api/client';

/** What an administrator may do here. */
export interface Rights {
  manage: boolean;
  secure: boolean;
  /** The account that is signed in. */
  self: number | null;
}

export const rightsOf = ({ permissions, account }: Session): Rights => ({
  manage: permissions.includes('identity.manage'),
  secure: permissions.includes('identity.secure'),
  self: account?.id ?? null,
});
