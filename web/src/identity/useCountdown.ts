import { useEffect, useState } from 'react';

const SECOND_MS = 1000;

/** Seconds that are left to wait, and the way to begin waiting. */
export function useCountdown(): [left: number, wait: (seconds: number) => void] {
  const [until, setUntil] = useState(0);
  const [now, setNow] = useState(0);
  const waiting = until > now;
  useEffect(() => {
    if (!waiting) return undefined;
    const timer = window.setInterval(() => setNow(Date.now()), SECOND_MS / 2);
    return () => window.clearInterval(timer);
  }, [waiting]);
  const wait = (seconds: number) => {
    setNow(Date.now());
    setUntil(Date.now() + seconds * SECOND_MS);
  };
  return [waiting ? Math.ceil((until - now) / SECOND_MS) : 0, wait];
}

/** Seconds as a clock shows them: 0:28, 12:05. */
export function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
