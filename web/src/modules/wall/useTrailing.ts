import { useCallback, useEffect, useRef } from 'react';

/** Calls back soon after it is asked to, once for however many times, and not again within so many milliseconds. */
export function useTrailing(call: () => void, ms: number): () => void {
  const latest = useRef(call);
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => {
    latest.current = call;
  });
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return useCallback(() => {
    timer.current ??= window.setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, ms);
  }, [ms]);
}
