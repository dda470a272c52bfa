import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';

/** Everything that tells of accounts is asked for again. */
export function useAccountsChanged(): () => void {
  const queries = useQueryClient();
  return useCallback(() => {
    for (const queryKey of [['account'], ['accounts'], ['agencies'], ['posts'], ['requests']])
      void queries.invalidateQueries({ queryKey });
  }, [queries]);
}
