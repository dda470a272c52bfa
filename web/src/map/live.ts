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
/** The server says every ten seconds that it is there. */
const SILENT_MS = 25_000;

/**
 * Listens to the server's changes; a broken connection is made again and says where it stopped. The server says every few
 * seconds that it is there: what is silent for longer is lost, though nobody has said so.
 * `onReset` is called when everything shown has to be loaded anew; `onReady` when the first connection stands.
 */
export function useLive(
  onChange: (change: Change, key: string) => void,
  onReset: () => void,
  onReady?: () => void,
): boolean {
  const [connected, setConnected] = useState(false);
  const handlers = useRef({ onChange, onReset, onReady });
  useEffect(() => {
    handlers.current = { onChange, onReset, onReady };
  });
  useEffect(() => {
    let source: EventSource | undefined;
    let again: number | undefined;
    let silence: number | undefined;
    let first = true;
    const heard = () => {
      setConnected(true);
      window.clearTimeout(silence);
      silence = window.setTimeout(() => {
        setConnected(false);
        connect();
      }, SILENT_MS);
    };
    const connect = () => {
      source?.close();
      window.clearTimeout(again);
      // The browser's own tries say where the stream stopped; a stream that the page makes anew doesn't.
      let fresh = true;
      const opened = new EventSource('/api/live');
      source = opened;
      opened.onopen = () => {
        heard();
        if (fresh && !first) handlers.current.onReset();
        if (first) handlers.current.onReady?.();
        fresh = first = false;
      };
      opened.onerror = () => {
        setConnected(false);
        if (opened.readyState === EventSource.CLOSED) again = window.setTimeout(connect, AGAIN_MS);
      };
      opened.addEventListener('still', heard);
      opened.addEventListener('change', (event: MessageEvent<string>) => {
        heard();
        handlers.current.onChange(JSON.parse(event.data) as Change, event.lastEventId);
      });
      opened.addEventListener('reset', () => {
        heard();
        handlers.current.onReset();
      });
    };
    connect();
    return () => {
      window.clearTimeout(again);
      window.clearTimeout(silence);
      source?.close();
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
