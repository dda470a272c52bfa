import { useEffect, useRef, useState } from 'react';
import type { Picture } from '../../api/client';

/** What a screen is told to show. */
export interface Told {
  version: number;
  place: number;
  places: number;
  picture: Picture;
}

export type ScreenState = 'none' | 'followed' | 'lost' | 'closed';
/** The server says every few seconds that it is still there. */
const SILENT_MS = 16_000;

/** Follows what the director has this screen show; goes on with what it has while the server is away. */
export function usePicture(screen: string | null, onTold: (told: Told) => void): ScreenState {
  const [state, setState] = useState<ScreenState>('none');
  const handler = useRef(onTold);
  useEffect(() => {
    handler.current = onTold;
  });
  useEffect(() => {
    if (screen === null) return undefined;
    let source: EventSource | undefined;
    let again: number | undefined;
    let silence: number | undefined;
    let seen = -1;
    const heard = () => {
      setState('followed');
      window.clearTimeout(silence);
      silence = window.setTimeout(() => {
        setState('lost');
        connect();
      }, SILENT_MS);
    };
    const connect = () => {
      source?.close();
      window.clearTimeout(again);
      source = new EventSource(`/api/wall/screens/${encodeURIComponent(screen)}/follow`);
      source.onopen = heard;
      source.addEventListener('still', heard);
      source.addEventListener('picture', (event: MessageEvent<string>) => {
        heard();
        const told = JSON.parse(event.data) as Told;
        if (told.version <= seen) return;
        seen = told.version;
        handler.current(told);
      });
      source.addEventListener('closed', () => {
        setState('closed');
        window.clearTimeout(silence);
        source?.close();
      });
      source.onerror = () => {
        setState((before) => (before === 'closed' ? before : 'lost'));
        // A refused connection isn't tried again by the browser itself.
        if (source?.readyState === EventSource.CLOSED) again = window.setTimeout(connect, 2_000);
      };
    };
    connect();
    return () => {
      source?.close();
      window.clearTimeout(again);
      window.clearTimeout(silence);
    };
  }, [screen]);
  return state;
}
