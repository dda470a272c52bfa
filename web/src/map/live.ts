import { useCallback, useEffect, useRef, useState } from 'react';

/** A change as the server tells it. */
export interface Change {
  layer: string;
  op: 'upsert' | 'remove';
  id: number;
  region?: number;
  lon?: number;
  lat?: number;
  properties?: Record<string, unknown>;
}

export interface Arrived extends Change {
  key: string;
  at: Date;
}

const SHOWN = 60;
/** What arrives is shown a few times a second, however much it is. */
const SHOWN_MS = 200;
/** An answer that isn't a stream ends the browser's own tries. */
const AGAIN_MS = 2_000;

/** Listens to the server's changes; a broken connection is made again and says where it stopped. */
export function useLive(onChange: (change: Change, key: string) => void, onReset: () => void): boolean {
  const [connected, setConnected] = useState(false);
  const handlers = useRef({ onChange, onReset });
  useEffect(() => {
    handlers.current = { onChange, onReset };
  });
  useEffect(() => {
    let source: EventSource;
    let again: number | undefined;
    const connect = (reset: boolean) => {
      source = new EventSource('/api/live');
      source.onopen = () => {
        setConnected(true);
        // A stream made anew by the page doesn't know where the last one stopped.
        if (reset) handlers.current.onReset();
      };
      source.onerror = () => {
        setConnected(false);
        if (source.readyState === EventSource.CLOSED) again = window.setTimeout(() => connect(true), AGAIN_MS);
      };
      source.addEventListener('change', (event: MessageEvent<string>) => handlers.current.onChange(JSON.parse(event.data) as Change, event.lastEventId));
      source.addEventListener('reset', () => handlers.current.onReset());
    };
    connect(false);
    return () => {
      window.clearTimeout(again);
      source.close();
    };
  }, []);
  return connected;
}

/** The newest changes as a list, the last one first. */
export function useArrived(): { arrived: Arrived[]; arrive: (change: Change, key: string) => void } {
  const [arrived, setArrived] = useState<Arrived[]>([]);
  const waiting = useRef<Arrived[]>([]);
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const arrive = useCallback((change: Change, key: string) => {
    waiting.current.push({ ...change, key, at: new Date() });
    timer.current ??= window.setTimeout(() => {
      timer.current = undefined;
      const fresh = waiting.current.splice(0).reverse();
      setArrived((before) => [...fresh, ...before].slice(0, SHOWN));
    }, SHOWN_MS);
  }, []);
  return { arrived, arrive };
}
