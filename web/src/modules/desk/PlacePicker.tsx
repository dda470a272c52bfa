import { AimOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type Map as MapLibre, Marker } from 'maplibre-gl';
import { useEffect, useEffectEvent, useState } from 'react';
import { useCity } from '../../api/hooks';
import { useI18n } from '../../i18n';
import type { PickerProps } from '../../kit/module';
import { useSmallMap } from '../../map/useSmallMap';
import { useFace } from '../../theme';
import classes from './PlacePicker.module.css';
import { words } from './words';

type Place = readonly [lon: number, lat: number];

const isPlace = (value: unknown): value is Place =>
  Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'number');

/** Degrees that are told apart: about a decimetre. */
const DIGITS = 6;
/** Close enough that a single house stands apart. */
const CLOSE = 16;

/** Chooses a place on a small map: by a click, or what lies in the middle by a button. */
export default function PlacePicker({ id, value, onChange }: PickerProps) {
  const { t } = useI18n(words);
  const face = useFace();
  const bbox = useCity().data?.bbox;
  const place = isPlace(value) ? value : null;
  return (
    <div className={classes['place']}>
      {bbox && (
        <PlaceMap face={face} bbox={bbox as [number, number, number, number]} place={place} onChange={onChange} />
      )}
      <output id={id} data-testid="place">
        {place ? place.map((part) => part.toFixed(DIGITS)).join(', ') : t('placeNone')}
      </output>
    </div>
  );
}

function PlaceMap({
  face,
  bbox,
  place,
  onChange,
}: {
  face: ReturnType<typeof useFace>;
  bbox: [number, number, number, number];
  place: Place | null;
  onChange: PickerProps['onChange'];
}) {
  const { t } = useI18n(words);
  const [map, setMap] = useState<MapLibre | null>(null);
  const choose = useEffectEvent(({ lng, lat }: { lng: number; lat: number }) =>
    onChange?.([Number(lng.toFixed(DIGITS)), Number(lat.toFixed(DIGITS))]),
  );
  const element = useSmallMap({
    face,
    label: t('placeMap'),
    start: place ? { center: [...place], zoom: CLOSE } : { bounds: bbox },
    ready: setMap,
  });
  useEffect(() => {
    if (!map) return undefined;
    const clicked = ({ lngLat }: { lngLat: { lng: number; lat: number } }) => choose(lngLat);
    map.on('click', clicked);
    return () => void map.off('click', clicked);
  }, [map]);
  const [lon, lat] = place ?? [];
  useEffect(() => {
    if (!map || lon === undefined || lat === undefined) return undefined;
    const marker = new Marker({ color: face.danger }).setLngLat([lon, lat]).addTo(map);
    return () => void marker.remove();
  }, [map, lon, lat, face]);
  return (
    <>
      <div ref={element} className={classes['map']} data-testid="place-map" />
      <Button
        size="small"
        icon={<AimOutlined aria-hidden />}
        disabled={!map}
        onClick={() =>
          map && onChange?.([map.getCenter().lng, map.getCenter().lat].map((part) => Number(part.toFixed(DIGITS))))
        }
      >
        {t('placeMiddle')}
      </Button>
    </>
  );
}
