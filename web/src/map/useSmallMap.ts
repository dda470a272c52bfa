import 'maplibre-gl/dist/maplibre-gl.css';
import { Map as MapLibre, type MapOptions, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { type RefObject, useEffect, useEffectEvent, useRef } from 'react';
import { type Face, mapFont } from '../theme';
import { mapWords, speak } from './words';

setWorkerUrl(workerUrl);

interface Look {
  face: Face;
  /** What it is called for who doesn't see it. */
  label: string;
  start: Pick<MapOptions, 'center' | 'zoom' | 'pitch' | 'bounds'>;
  /** Told of the map once it is there. */
  ready: (map: MapLibre) => void;
}

/** A small map on a page that scrolls: it moves by two fingers or with Ctrl. Gives the element that it stands in. */
export function useSmallMap({ face, label, start, ready }: Look): RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  const begin = useEffectEvent((container: HTMLElement) => {
    const map = new MapLibre({
      container,
      style: `/styles/${face.name === 'light' ? 'desk-light' : 'wall-dark'}.json`,
      ...start,
      attributionControl: false,
      localIdeographFontFamily: mapFont,
      cooperativeGestures: true,
      locale: { ...mapWords(), 'Map.Title': label },
    });
    speak(map);
    map.once('load', () => ready(map));
    return map;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another face or language is another map
  useEffect(() => {
    if (!element.current) return undefined;
    const map = begin(element.current);
    return () => map.remove();
  }, [face, label]);
  return element;
}
