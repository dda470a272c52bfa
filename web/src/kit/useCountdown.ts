import { useEffect, useReducer, useState } from 'react';

const SECOND_MS = 1000;

/** Seconds that are left until a moment of this machine's clock; 0 once it is past. */
export function useSecondsTo(until: number): number {
  const [, beat] = useReducer((beats: number) => beats + 1, 0);
  const left = Math.max(0, Math.ceil((until - Date.now()) / SECOND_MS));
  const waiting = left > 0;
  useEffect(() => {
    if (!waiting) return undefined;
    const timer = window.setInterval(beat, SECOND_MS / 2);
    return () => window.clearInterval(timer);
  }, [waiting]);
  return left;
}

/** Seconds that are left to wait, and the way to begin waiting. */
export function useCountdown(): [left: number, wait: (seconds: number) => void] {
  const [until, setUntil] = useState(0);
  const left = useSecondsTo(until);
  return [left, (seconds) => setUntil(Date.now() + seconds * SECOND_MS)];
}

/** Seconds as a clock shows them: 0:28, 12:05. */
export function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
