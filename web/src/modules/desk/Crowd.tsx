import { ZoomInOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Skeleton } from 'antd';
import { useState } from 'react';
import { client, take } from '../../api/client';
import { layerOf } from '../../api/declared';
import { useCodes } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { PanelProblem } from '../../kit/Problem';
import type { Picked } from '../../map/controller';
import { naming } from '../../map/describe';
import { words } from './words';

const MOST = 20;
const REACH_M = 5_000;

/** A dot that stands for many: the way closer, and the nearest of them as a list. */
export function Crowd({
  picked,
  title,
  onZoom,
  onPicked,
}: {
  picked: Picked;
  title: string;
  onZoom: () => void;
  onPicked: (picked: Picked) => void;
}) {
  const i18n = useI18n(words);
  const { t, number } = i18n;
  const codes = useCodes();
  const [listed, setListed] = useState(false);
  const count = Number(picked.properties['count']);
  const limit = Math.min(MOST, count);
  const found = useQuery({
    queryKey: ['crowd', picked.layer, picked.lon, picked.lat, limit],
    queryFn: () =>
      take(
        client.GET('/api/nearby', {
          params: { query: { lon: picked.lon, lat: picked.lat, layer: picked.layer, radius_m: REACH_M, limit } },
        }),
      ),
    enabled: listed,
  });
  return (
    <div className="crowd">
      <p className="sub">{t('crowdWhat', { n: number(count), title })}</p>
      <div className="tool-actions">
        <Button
          size="small"
          type="primary"
          icon={<ZoomInOutlined aria-hidden />}
          onClick={onZoom}
          data-testid="crowd-zoom"
        >
          {t('crowdZoom')}
        </Button>
        {/* Reading people's names takes a reason of its own: they are found by zooming in. */}
        {!listed && layerOf(picked.layer)?.residents !== true && (
          <Button size="small" onClick={() => setListed(true)} data-testid="crowd-list">
            {t('crowdList', { n: number(limit) })}
          </Button>
        )}
      </div>
      {found.error && <PanelProblem error={found.error} onRetry={() => void found.refetch()} />}
      {listed && found.isPending && <Skeleton active title={false} paragraph={{ rows: 4 }} />}
      {found.data && (
        <ul data-testid="crowd">
          {found.data.items.map(({ layer, id, lon, lat, properties }) => {
            const { name, note } = naming(codes.data, layer, id, properties as Record<string, unknown>, title, i18n);
            return (
              <li key={id}>
                <button
                  type="button"
                  onClick={() => onPicked({ layer, id, lon, lat, properties: properties as Record<string, unknown> })}
                >
                  <span>{name}</span>
                  <small>{note}</small>
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
