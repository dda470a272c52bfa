import { useEffect, useRef, useState } from 'react';

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

/** Listens to the server's changes; the browser reconnects by itself and says where it stopped. */
export function useLive(onChange: (change: Change, key: string) => void, onReset: () => void): { connected: boolean; arrived: Arrived[] } {
  const [connected, setConnected] = useState(false);
  const [arrived, setArrived] = useState<Arrived[]>([]);
  const handlers = useRef({ onChange, onReset });
  useEffect(() => {
    handlers.current = { onChange, onReset };
  });
  useEffect(() => {
    const source = new EventSource('/api/live');
    source.onopen = () => setConnected(true);
    source.onerror = () => setConnected(false);
    source.addEventListener('change', (event: MessageEvent<string>) => {
      const change = JSON.parse(event.data) as Change;
      setArrived((before) => [{ ...change, key: event.lastEventId, at: new Date() }, ...before].slice(0, SHOWN));
      handlers.current.onChange(change, event.lastEventId);
    });
    source.addEventListener('reset', () => handlers.current.onReset());
    return () => source.close();
  }, []);
  return { connected, arrived };
}
