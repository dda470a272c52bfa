import { Button, InputNumber, Space } from 'antd';
import type { Polygon } from 'geojson';
import { useState } from 'react';
import { useI18n } from '../../i18n';
import { circle } from '../../map/circle';
import { words } from './words';

const REACHES = [200, 500, 1_000] as const;
const [LEAST, MOST] = [1, 50_000];

/** What lies around a place: a circle that is counted and listed, and can be changed on the map. */
export function Around({
  at,
  onArea,
}: {
  at: readonly [lon: number, lat: number];
  onArea: (polygon: Polygon, line: null) => void;
}) {
  const { t } = useI18n(words);
  const [own, setOwn] = useState<number | null>(null);
  const count = (metres: number) => onArea(circle([at[0], at[1]], metres), null);
  return (
    <div className="around" role="group" aria-label={t('around')} data-testid="around">
      <span>{t('around')}</span>
      {REACHES.map((metres) => (
        <Button key={metres} size="small" onClick={() => count(metres)}>
          {t('aroundMetres', { n: metres })}
        </Button>
      ))}
      <Space.Compact size="small">
        <InputNumber
          size="small"
          min={LEAST}
          max={MOST}
          precision={0}
          controls={false}
          value={own}
          placeholder={t('aroundOwn')}
          aria-label={t('aroundOwn')}
          onChange={setOwn}
          onPressEnter={() => own && count(own)}
          style={{ width: 76 }}
        />
        <Button size="small" disabled={!own} onClick={() => own && count(own)}>
          {t('aroundGo')}
        </Button>
      </Space.Compact>
    </div>
  );
}
