import { useI18n } from '../../i18n';
import { useSmallMap } from '../../map/useSmallMap';
import { useFace } from '../../theme';
import { words } from './words';

const CENTRE: [number, number] = [114.926, 27.812];
/** The wall looks at the city from the side, where its light is seen. */
const VIEWS = { light: { zoom: 13.4, pitch: 0 }, dark: { zoom: 14.6, pitch: 55 } } as const;

/** A live map in the face that it stands in, without the points that lie on it elsewhere. */
export function DesignMap() {
  const { t } = useI18n(words);
  const face = useFace();
  const element = useSmallMap({
    face,
    label: `${t('designMap')} · ${t(face.name === 'light' ? 'designLight' : 'designDark')}`,
    start: { center: CENTRE, ...VIEWS[face.name] },
    ready: (map) => {
      for (const layer of map.getStyle().layers)
        if ('source' in layer && layer.source === 'case') map.setLayoutProperty(layer.id, 'visibility', 'none');
    },
  });
  return <div ref={element} className="design-map" />;
}
