import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import type { Session } from '../api/client';
import { setReader } from '../api/reader';

/** Where another system's single sign-on goes on: the server's own address. */
const SIGN_ON = '/oauth/authorize';
const isOurs = (address: string) => /^\/(?![/\\])/.test(address);

/** Opens the page that was asked for, or home, for who has just signed in. */
export function useGoOn(): (session: Session) => void {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useCallback(
    (session) => {
      const { pathname, search, hash } = location;
      // The sign-in may be shown at the wanted address itself.
      const wanted = pathname.startsWith('/signin') ? new URLSearchParams(search).get('to') : pathname + search + hash;
      const to = wanted && isOurs(wanted) ? wanted : '/';
      if (to.split('?')[0] === SIGN_ON) return location.assign(to);
      setReader(queries, session);
      return void navigate(to, { replace: true });
    },
    [queries, navigate],
  );
}
