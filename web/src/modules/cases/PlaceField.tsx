import { Button, Skeleton, Space } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useCity } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { useFace } from '../../theme';
import classes from './Cases.module.css';
import { words } from './words';

const PointsMap = lazy(() => import('../../map/PointsMap'));
const PATIENCE_MS = 15_000;

interface Props {
  value?: [number, number] | null;
  onChange?: (place: [number, number]) => void;
}

/** A place: pointed at on a small map, or where the reader stands. */
export function PlaceField({ value, onChange }: Props) {
  const { t } = useI18n(words);
  const face = useFace();
  const city = useCity().data;
  const [fault, setFault] = useState('');
  const here = () => {
    setFault('');
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => onChange?.([coords.longitude, coords.latitude]),
      () => setFault(t('placeUnknown')),
      { enableHighAccuracy: true, timeout: PATIENCE_MS },
    );
  };
  return (
    <div className={classes['placeField']}>
      <Suspense fallback={<Skeleton active />}>
        {city || value ? (
          <PointsMap
            label={t('placeMap')}
            {...(city ? { around: city.bbox } : {})}
            points={value ? [{ id: 1, lon: value[0], lat: value[1], colour: face.case }] : []}
            chosen={1}
            onPlace={(lon, lat) => onChange?.([lon, lat])}
            testId="place-field"
          />
        ) : (
          <Skeleton active />
        )}
      </Suspense>
      <Space wrap>
        <Button size="small" onClick={here}>
          {t('placeHere')}
        </Button>
        <small className="hint-text">
          {fault || (value ? t('placeIs', { lon: value[0].toFixed(5), lat: value[1].toFixed(5) }) : t('placeHint'))}
        </small>
      </Space>
    </div>
  );
}
