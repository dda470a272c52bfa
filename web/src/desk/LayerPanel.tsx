import { Skeleton, Switch } from 'antd';
import { useLayers } from '../api/hooks';
import { useI18n } from '../i18n';
import { layerColours } from '../theme';
import { PanelProblem } from './Problem';

/** The layers, on and off, with how many features each has: the map's legend. */
export function LayerPanel({ hidden, onChange, made }: { hidden: Set<string>; onChange: (hidden: Set<string>) => void; made: boolean }) {
  const { t, language, number } = useI18n();
  const layers = useLayers();
  const toggle = (name: string, on: boolean) => {
    const next = new Set(hidden);
    if (on) next.delete(name);
    else next.add(name);
    onChange(next);
  };
  return (
    <section className="card layers">
      <h2>{t('layers')}</h2>
      {layers.error && <PanelProblem error={layers.error} onRetry={() => void layers.refetch()} />}
      {layers.isPending && <Skeleton active title={false} paragraph={{ rows: 8 }} />}
      <ul>
        {layers.data?.layers.map((layer) => {
          const title = language === 'en' ? layer.title.en : layer.title.zh;
          return (
            <li key={layer.name}>
              <i className={`swatch ${layer.geometry.toLowerCase()}`} style={{ '--swatch': layerColours[layer.name] }} aria-hidden />
              <span>{title}</span>
              <small>{number(layer.count)}</small>
              <Switch size="small" checked={!hidden.has(layer.name)} onChange={(on) => toggle(layer.name, on)} aria-label={`${t('layerOn')} ${title}`} data-testid={`layer-toggle-${layer.name}`} />
            </li>
          );
        })}
      </ul>
      {made && <p className="made">{t('made')}</p>}
    </section>
  );
}
