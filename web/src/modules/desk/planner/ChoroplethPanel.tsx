import { InputNumber, Segmented, Select, Skeleton, Switch } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Level } from '../../../api/levels';
import { useI18n } from '../../../i18n';
import { along } from '../../../keys/focus';
import { PanelProblem } from '../../../kit/Problem';
import { type Method, methods, shades } from '../../../map/figures/classes';
import { figureOf, figures, maySee, sayValue } from '../../../map/figures/figures';
import { type ScaleName, scaleNames, useFace } from '../../../theme';
import { type TextKey, words } from '../words';
import { type Download, DownloadMenu } from './DownloadMenu';
import { Histogram } from './Histogram';
import { OwnBounds } from './OwnBounds';
import { type Choropleth, CLASSES, DAYS, levels } from './state';
import type { Classed } from './useChoropleth';

const METHODS: Record<Method, TextKey> = {
  quantile: 'methodQuantile',
  natural: 'methodNatural',
  equal: 'methodEqual',
  own: 'methodOwn',
};
const PALETTES: Record<ScaleName, TextKey> = {
  sea: 'paletteSea',
  ember: 'paletteEmber',
  moss: 'paletteMoss',
  plum: 'palettePlum',
};
const SHORT: Record<Level, TextKey> = {
  county: 'shortCounty',
  street: 'shortStreet',
  community: 'shortCommunity',
  grid: 'shortGrid',
};
const RANKED = 10;

interface Props {
  map: Choropleth;
  classed: Classed;
  permissions: readonly string[];
  onChange: (map: Choropleth) => void;
  onRegion: (code: number) => void;
  downloads: Download[];
}

/** What colours the map: the figure, the level, the classes, the palette; and how the values lie. */
export function ChoroplethPanel({ map, classed, permissions, onChange, onRegion, downloads }: Props) {
  const { t, number, title } = useI18n(words);
  const face = useFace();
  const [all, showAll] = useState(false);
  // A range of one figure's values means nothing to another's.
  const set = (part: Partial<Choropleth>) =>
    onChange({
      ...map,
      on: true,
      ...('figure' in part || 'level' in part || 'days' in part ? { range: null } : {}),
      ...part,
    });
  const palette = map.palette ?? figureOf(map.figure).scale;
  const ranked = classed.rows.filter((row) => row.shown).toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const field = (label: TextKey, control: ReactNode, wide = false) => (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is given
    <label className={wide ? 'field wide' : 'field'}>
      <span>{t(label)}</span>
      {control}
    </label>
  );

  return (
    <section className="planner-body" data-testid="choropleth-panel">
      <header className="planner-head">
        <div>
          <h2>{t('choropleth')}</h2>
          <p className="sub">{t('choroplethWhat')}</p>
        </div>
        <Switch
          checked={map.on}
          onChange={(on) => onChange({ ...map, on })}
          aria-label={t('choroplethOn')}
          data-testid="choropleth-on"
        />
      </header>
      <div className="fields">
        {field(
          'figure',
          <Select
            value={map.figure}
            onChange={(figure) => set({ figure, own: [], ...(map.method === 'own' ? { method: 'quantile' } : {}) })}
            aria-label={t('figure')}
            listHeight={480}
            data-testid="choropleth-figure"
            options={figures().map((figure) => ({
              value: figure.key,
              label: title(figure.title),
              disabled: !maySee(figure, permissions),
              title: maySee(figure, permissions) ? '' : t('noPermissionFigure'),
            }))}
          />,
          true,
        )}
        {field(
          'level',
          <Segmented
            block
            value={map.level}
            onChange={(level) => set({ level })}
            options={levels.map((level) => ({ value: level, label: t(SHORT[level]) }))}
          />,
          true,
        )}
        {figureOf(map.figure).isOfPeriod &&
          field(
            'period',
            <Segmented
              block
              value={map.days}
              onChange={(days) => set({ days })}
              options={DAYS.map((days) => ({ value: days, label: t('someDays', { n: String(days) }) }))}
            />,
            true,
          )}
        {field(
          'method',
          <Select
            value={map.method}
            onChange={(method) =>
              set({ method, ...(method === 'own' && map.own.length === 0 ? { own: tidy(classed.bounds) } : {}) })
            }
            aria-label={t('method')}
            options={methods.map((method) => ({ value: method, label: t(METHODS[method]) }))}
          />,
        )}
        {map.method !== 'own' &&
          field(
            'classCount',
            <InputNumber
              min={CLASSES[0]!}
              max={CLASSES.at(-1)!}
              value={map.classes}
              onChange={(classes) => classes && set({ classes })}
              aria-label={t('classCount')}
            />,
          )}
        {map.method === 'own' && (
          <OwnBounds
            key={map.figure}
            bounds={map.own}
            percent={classed.figure.kind === 'share'}
            onChange={(own) => set({ own })}
          />
        )}
        <div className="field wide" role="radiogroup" aria-label={t('palette')}>
          <span>{t('palette')}</span>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys go along the radios within */}
          <div className="palettes" onKeyDown={(event) => along(event)?.click()}>
            {scaleNames.map((name) => (
              <button
                key={name}
                type="button"
                role="radio"
                aria-checked={palette === name}
                tabIndex={palette === name ? 0 : -1}
                aria-label={t(PALETTES[name])}
                title={t(PALETTES[name])}
                onClick={() => set({ palette: name })}
              >
                {shades(face.scales[name], classed.bounds.length + 1).map((colour, index) => (
                  <i key={index} style={{ background: colour }} />
                ))}
              </button>
            ))}
          </div>
        </div>
      </div>
      {classed.error && <PanelProblem error={classed.error} onRetry={classed.retry} />}
      {map.on && classed.pending && !classed.error && <Skeleton active title={false} paragraph={{ rows: 6 }} />}
      {map.on &&
        !classed.pending &&
        !classed.error &&
        classed.rows.length > 0 &&
        (ranked.length === 0 && !map.range ? (
          <p className="sub">{t(maySee(classed.figure, permissions) ? 'choroplethEmpty' : 'noPermissionFigure')}</p>
        ) : (
          <>
            <Histogram classed={classed} range={map.range} onRange={(range) => set({ range })} />
            <div className="row-between">
              <h3>{t('ranking')}</h3>
              <DownloadMenu label={t('downloadTable')} downloads={downloads} testId="download-table" />
            </div>
            <ol className="ranked">
              {ranked.slice(0, all ? undefined : RANKED).map((row) => (
                <li key={row.code}>
                  <button type="button" onClick={() => onRegion(row.code)}>
                    <i style={{ background: classed.shades[row.class] }} aria-hidden />
                    <span>{row.name}</span>
                    <b>{sayValue(classed.figure, row.value, number)}</b>
                  </button>
                </li>
              ))}
            </ol>
            {ranked.length > RANKED && (
              <button type="button" className="more" onClick={() => showAll(!all)}>
                {all ? '−' : `+ ${number(ranked.length - RANKED)}`}
              </button>
            )}
          </>
        ))}
    </section>
  );
}

/** Bounds that a person would write: three digits of each. */
function tidy(bounds: readonly number[]): number[] {
  return [...new Set(bounds.map((bound) => Number(bound.toPrecision(3))))];
}
