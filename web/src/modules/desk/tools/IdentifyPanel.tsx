import { AimOutlined } from '@ant-design/icons';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Button, Pagination, Skeleton } from 'antd';
import { useState } from 'react';
import { client, type LayerInfo, type Schemas, take } from '../../../api/client';
import { useCodes, useLayers } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { PanelProblem } from '../../../kit/Problem';
import { layerColour } from '../../../map/colours';
import type { MapController, Picked } from '../../../map/controller';
import { naming } from '../../../map/describe';
import { words } from '../words';
import { ToolCard } from './ToolCard';
import type { Asked, MapTools } from './useMapTools';

type Item = Schemas['NearbyItem'];

const REGIONS: readonly string[] = ['county', 'street', 'community', 'grid'];
/** What the server gives at once, and what a page shows. */
const MOST = 500;
const PAGE = 8;
interface Props {
  tools: MapTools;
  controller: MapController | null;
  onPicked: (picked: Picked) => void;
  onRegion: (code: number, bbox: null) => void;
}

/** Everything that the visible layers have at a place, layer by layer. */
export function IdentifyPanel({ tools, controller, onPicked, onRegion }: Props) {
  const { t } = useI18n(words);
  const { asked } = tools;
  const centre = () => {
    const at = controller?.map.getCenter();
    if (at) tools.identify({ lon: at.lng, lat: at.lat });
  };
  return (
    <ToolCard
      title={t('identifyTitle')}
      hint={t(asked ? 'identifyHint' : 'identifyEmpty')}
      testId="identify-panel"
      onClose={() => tools.open(null)}
    >
      <Button size="small" icon={<AimOutlined />} onClick={centre} data-testid="identify-centre">
        {t('identifyCentre')}
      </Button>
      {asked && (
        <Found
          key={`${asked.lon} ${asked.lat} ${asked.metres}`}
          asked={asked}
          onPicked={onPicked}
          onRegion={onRegion}
        />
      )}
    </ToolCard>
  );
}

function Found({
  asked,
  onPicked,
  onRegion,
}: {
  asked: Asked;
  onPicked: Props['onPicked'];
  onRegion: Props['onRegion'];
}) {
  const { t, number } = useI18n(words);
  const layers = useLayers();
  const { lon, lat, metres } = asked;
  const wanted = (layers.data?.layers ?? []).filter(
    (layer) => asked.layers.includes(layer.name) && !REGIONS.includes(layer.name),
  );
  const ordered = wanted.toSorted((a, b) => asked.layers.indexOf(a.name) - asked.layers.indexOf(b.name));
  const place = useQuery({
    queryKey: ['locate', lon, lat],
    queryFn: () => take(client.GET('/api/locate', { params: { query: { lon, lat } } })),
  });
  const found = useQueries({
    queries: ordered.map((layer) => {
      // A building is at a place when it stands there; points and lines are hit from a little further.
      const radius = Math.round((layer.geometry.toLowerCase() === 'polygon' ? metres / 6 : metres) * 100) / 100;
      return {
        queryKey: ['nearby', layer.name, lon, lat, radius],
        queryFn: () =>
          take(
            client.GET('/api/nearby', {
              params: { query: { lon, lat, layer: layer.name, radius_m: radius, limit: MOST } },
            }),
          ),
      };
    }),
  });
  const pending = layers.isPending || place.isPending || found.some((query) => query.isPending);
  const failed = found.find((query) => query.error);
  const count = found.reduce((sum, query) => sum + (query.data?.items.length ?? 0), 0);
  const path = place.data?.path.slice(1) ?? [];
  return (
    <div className="identified" aria-busy={pending} data-testid="identified" data-count={pending ? '' : count}>
      {failed?.error && <PanelProblem error={failed.error} onRetry={() => void failed.refetch()} />}
      {pending && <Skeleton active title={false} paragraph={{ rows: 4 }} />}
      {!pending && (
        <p className="sub" role="status">
          {count === 0
            ? t('identifyNothing')
            : `${t('identifyCount', { n: number(count) })} · ${t('identifyWithin', { n: number(metres, metres < 10 ? 1 : 0) })}`}
        </p>
      )}
      {ordered.map((layer, at) => {
        const items = found[at]?.data?.items ?? [];
        return items.length > 0 && <Group key={layer.name} layer={layer} items={items} onPicked={onPicked} />;
      })}
      {path.length > 0 && (
        <section>
          <h3>{t('identifyRegions')}</h3>
          <div className="path">
            {path.map((region) => (
              <button key={region.code} type="button" onClick={() => onRegion(region.code, null)}>
                {region.name}
              </button>
            ))}
          </div>
        </section>
      )}
    </div>
  );
}

function Group({ layer, items, onPicked }: { layer: LayerInfo; items: Item[]; onPicked: Props['onPicked'] }) {
  const i18n = useI18n(words);
  const { t, language, number } = i18n;
  const codes = useCodes();
  const [page, setPage] = useState(1);
  const title = language === 'en' ? layer.title.en : layer.title.zh;
  return (
    <section data-testid={`identified-${layer.name}`}>
      <h3>
        <i
          className={`swatch ${layer.geometry.toLowerCase()}`}
          style={{ '--swatch': layerColour(layer.name) }}
          aria-hidden
        />
        {title}
        <small>
          {number(items.length)}
          {items.length >= MOST ? '+' : ''}
        </small>
      </h3>
      <ul>
        {items.slice((page - 1) * PAGE, page * PAGE).map((item) => {
          const properties = item.properties as Record<string, unknown>;
          const { name, note } = naming(codes.data, layer.name, item.id, properties, title, i18n);
          return (
            <li key={item.id}>
              <button
                type="button"
                onClick={() => onPicked({ layer: item.layer, id: item.id, lon: item.lon, lat: item.lat, properties })}
              >
                <span>{name}</span>
                <small>{note}</small>
              </button>
            </li>
          );
        })}
      </ul>
      {items.length >= MOST && <p className="sub">{t('identifyMost', { n: number(MOST) })}</p>}
      {items.length > PAGE && (
        <Pagination
          simple
          size="small"
          current={page}
          pageSize={PAGE}
          total={items.length}
          onChange={setPage}
          showSizeChanger={false}
        />
      )}
    </section>
  );
}
