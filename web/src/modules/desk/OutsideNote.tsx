import { Button } from 'antd';
import { useEffect, useState } from 'react';
import type { Session } from '../../api/client';
import { useI18n } from '../../i18n';
import type { MapController } from '../../map/controller';
import { words } from './words';

interface Props {
  controller: MapController | null;
  /** The box around the reader's regions. */
  bbox: readonly number[] | undefined;
  regions: Session['regions'];
  onHome: () => void;
}

/** Says why the map is empty where somebody has moved beyond their own regions, and leads back. */
export function OutsideNote({ controller, bbox, regions, onHome }: Props) {
  const { t } = useI18n(words);
  const [outside, setOutside] = useState(false);
  useEffect(() => {
    if (!controller || !bbox) return undefined;
    const { map } = controller;
    const [west = 0, south = 0, east = 0, north = 0] = bbox;
    const look = () => {
      const { lng, lat } = map.getCenter();
      const seen = map.getBounds();
      // Who sees their regions from afar is not lost, wherever the middle lies.
      const isAllSeen = seen.contains([west, south]) && seen.contains([east, north]);
      setOutside(!isAllSeen && (lng < west || lng > east || lat < south || lat > north));
    };
    map.on('moveend', look);
    return () => void map.off('moveend', look);
  }, [controller, bbox]);
  if (!outside) return null;
  return (
    <p className="card outside" role="status" data-testid="outside-note">
      {t('outsideScope', { regions: regions.map(({ name }) => name).join(t('listComma')) })}
      <Button size="small" type="link" onClick={onHome}>
        {t('outsideBack')}
      </Button>
    </p>
  );
}
