import { SearchOutlined } from '@ant-design/icons';
import { Input, Skeleton } from 'antd';
import { useState } from 'react';
import { useLayers } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { PanelProblem } from '../../kit/Problem';
import { grouped, isUsual, usualStack } from '../../map/stack';
import { BaseMapPicker } from './BaseMapPicker';
import { LayerGroup } from './tools/LayerGroup';
import type { LayerStack } from './tools/useLayerStack';
import type { Base } from './useBaseMap';
import { words } from './words';

/** The layers by groups, on and off, above and below each other, with how many features each has: the map's legend. */
export function LayerPanel({
  layers: stacked,
  seen,
  base,
  made,
  partly,
}: {
  layers: LayerStack;
  /** What is in view, `west,south,east,north`; nothing before there is a map. */
  seen: () => string | null;
  base: Base;
  made: boolean;
  partly: boolean;
}) {
  const { t } = useI18n(words);
  const layers = useLayers();
  const [sought, setSought] = useState('');
  const text = sought.trim().toLowerCase();
  const infos = new Map((layers.data?.layers ?? []).map((layer) => [layer.name, layer]));
  const fits = (name: string) => {
    const title = infos.get(name)?.title;
    return text === '' || [name, title?.zh, title?.en].some((word) => word?.toLowerCase().includes(text));
  };
  const groups = grouped(stacked.stack, [...infos.keys()]);
  const found = groups
    .map((group) => ({ ...group, layers: group.layers.filter(fits) }))
    .filter((group) => group.layers.length > 0);
  const changed = !isUsual(stacked.stack.order) || Object.values(stacked.stack.opacity).some((share) => share !== 100);
  return (
    <section className="card layers">
      <header className="layers-head">
        <h2>{t('layers')}</h2>
        {changed && (
          <button
            type="button"
            className="text-button"
            onClick={() => stacked.setStack(usualStack())}
            data-testid="layers-reset"
          >
            {t('layersReset')}
          </button>
        )}
      </header>
      <Input
        size="small"
        allowClear
        prefix={<SearchOutlined aria-hidden />}
        value={sought}
        onChange={(event) => setSought(event.target.value)}
        placeholder={t('layersSearch')}
        aria-label={t('layersSearch')}
        data-testid="layers-search"
      />
      {layers.error && <PanelProblem error={layers.error} onRetry={() => void layers.refetch()} />}
      {layers.isPending && <Skeleton active title={false} paragraph={{ rows: 8 }} />}
      <div className="layers-body">
        {found.map((group) => (
          <LayerGroup
            key={group.name}
            group={group.name}
            infos={group.layers.flatMap((name) => infos.get(name) ?? [])}
            all={groups.find(({ name }) => name === group.name)?.layers ?? []}
            first={groups[0]?.name === group.name}
            last={groups.at(-1)?.name === group.name}
            stacked={stacked}
            seen={seen}
          />
        ))}
        {layers.data && found.length === 0 && <p className="nothing">{t('layersNone')}</p>}
      </div>
      {partly && (
        <p className="made" data-testid="partly">
          {t('partlySeen')}
        </p>
      )}
      {made && <p className="made">{t('made')}</p>}
      <BaseMapPicker base={base} />
    </section>
  );
}
