import 'maplibre-gl/dist/maplibre-gl.css';
import { Map as MapLibre, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { useEffect, useRef } from 'react';
import { useI18n } from '../../i18n';
import { mapWords, speak } from '../../map/words';
import { mapFont, useFace } from '../../theme';
import { words } from './words';

setWorkerUrl(workerUrl);

const CENTRE: [number, number] = [114.926, 27.812];
/** The wall looks at the city from the side, where its light is seen. */
const VIEWS = { light: { zoom: 13.4, pitch: 0 }, dark: { zoom: 14.6, pitch: 55 } } as const;

/** A live map in the face that it stands in, without the points that lie on it elsewhere. */
export function DesignMap() {
  const { t } = useI18n(words);
  const face = useFace();
  const label = `${t('designMap')} · ${t(face.name === 'light' ? 'designLight' : 'designDark')}`;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!element.current) return undefined;
    const map = new MapLibre({
      container: element.current,
      style: `/styles/${face.name === 'light' ? 'desk-light' : 'wall-dark'}.json`,
      center: CENTRE,
      ...VIEWS[face.name],
      attributionControl: false,
      localIdeographFontFamily: mapFont,
      cooperativeGestures: true,
      locale: { ...mapWords(), 'Map.Title': label },
    });
    speak(map);
    map.once('load', () => {
      for (const layer of map.getStyle().layers)
        if ('source' in layer && layer.source === 'case') map.setLayoutProperty(layer.id, 'visibility', 'none');
    });
    return () => map.remove();
  }, [face, label]);
  return <div ref={element} className="design-map" />;
}
