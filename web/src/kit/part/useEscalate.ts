import { useCallback, useState } from 'react';

/** Hands a failure that happened outside of drawing to the boundary around the component. */
export function useEscalate(): (cause: unknown) => void {
  const [error, setError] = useState<Error | null>(null);
  if (error) throw error;
  return useCallback((cause: unknown) => setError(cause instanceof Error ? cause : new Error(String(cause))), []);
}
