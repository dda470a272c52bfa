import { CloseOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type { Polygon } from 'geojson';
import { client, take } from '../../api/client';
import { useCodes, useLayers } from '../../api/hooks';
import { type Level, levelOf } from '../../api/levels';
import { useI18n } from '../../i18n';
import { covered, useReturnFocus } from '../../keys/focus';
import { useModules } from '../../kit/module';
import { PanelProblem } from '../../kit/Problem';
import { Part } from '../../kit/part/Boundary';
import { layerColour } from '../../map/colours';
import type { Picked } from '../../map/controller';
import { heading, inOrder, oneOf, say } from '../../map/describe';
import { Around } from './Around';
import { isMany } from './address/sharePick';
import { Crowd } from './Crowd';
import { isLevel, levels } from './planner/state';
import { useRecord } from './useRecord';
import { words } from './words';

interface Props {
  picked: Picked;
  onClose: () => void;
  onRegion: (code: number, bbox: null) => void;
  onPicked: (picked: Picked) => void;
  /** Counts what lies around it. */
  onArea: (polygon: Polygon, line: null) => void;
  /** Shows the figures of the region that is counted. */
  onStatistics: () => void;
  /** Goes closer to many that stand as one. */
  onZoom: () => void;
}

/** Whether a code is of a level above another's. */
const isAbove = (level: Level, code: number) => {
  const own = levelOf(code);
  return own === null || levels.indexOf(own) < levels.indexOf(level);
};

/** What is known of the thing that was clicked, and in which regions it lies. */
export function Details({ picked, onClose, onRegion, onPicked, onArea, onStatistics, onZoom }: Props) {
  const i18n = useI18n(words);
  const { t, language } = i18n;
  const modules = useModules();
  useReturnFocus();
  const codes = useCodes();
  const layers = useLayers();
  const many = isMany(picked);
  // Many lie in many regions.
  const place = useQuery({
    queryKey: ['locate', picked.lon, picked.lat],
    queryFn: () => take(client.GET('/api/locate', { params: { query: { lon: picked.lon, lat: picked.lat } } })),
    enabled: !many,
  });
  const layer = layers.data?.layers.find(({ name }) => name === picked.layer)?.title;
  const title = (language === 'en' ? layer?.en : layer?.zh) ?? t('details');
  const own = modules.map((module) => module.layers?.[picked.layer]).find((view) => view !== undefined);
  const Card = !many && picked.id > 0 ? own?.Card : undefined;
  const Rows = many ? undefined : own?.Rows;
  const record = useRecord(picked);
  const whole = record.data?.properties;
  const called = picked.properties['name'];
  // A house without a name goes by its address, as the search says that found it. The regions have a line of their own.
  const { region: _, ...properties } =
    whole && !whole['name'] && called ? { ...whole, name: called } : (whole ?? picked.properties);
  const fields = inOrder(picked.layer, properties);
  // A region lies in those above it, not in the smaller ones at its middle.
  const path = (place.data?.path ?? [])
    .slice(1)
    .filter(({ code }) => !isLevel(picked.layer) || isAbove(picked.layer, code));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the card from whatever in it has the focus
    <section
      className="card details"
      data-testid="details"
      aria-live="polite"
      onKeyDown={(event) => event.key === 'Escape' && !covered() && onClose()}
    >
      <header>
        <i className="swatch point" style={{ '--swatch': layerColour(picked.layer) }} aria-hidden />
        <h2>{many ? title : (oneOf(picked.layer, i18n) ?? title)}</h2>
        <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('close')} onClick={onClose} />
      </header>
      {record.error && <PanelProblem error={record.error} onRetry={() => void record.refetch()} />}
      {Card && (
        <Part key={picked.id}>
          <Card id={picked.id} />
        </Part>
      )}
      {many && <Crowd picked={picked} title={title} onZoom={onZoom} onPicked={onPicked} />}
      <dl>
        {!Card &&
          fields.map(([field, value]) => (
            <div key={field}>
              <dt>{heading(picked.layer, field, i18n)}</dt>
              <dd>{say(codes.data, picked.layer, field, value, i18n)}</dd>
            </div>
          ))}
        {Rows && (
          <Part>
            <Rows properties={properties} />
          </Part>
        )}
        {!many && (
          <div>
            <dt>{t('path')}</dt>
            <dd className="path">
              {path.map((region) => (
                <button key={region.code} type="button" onClick={() => onRegion(region.code, null)}>
                  {region.name}
                </button>
              ))}
            </dd>
          </div>
        )}
      </dl>
      {!many && !isLevel(picked.layer) && <Around at={[picked.lon, picked.lat]} onArea={onArea} />}
      {isLevel(picked.layer) && (
        <Button size="small" type="link" className="to-statistics" onClick={onStatistics} data-testid="to-statistics">
          {t('toStatistics')}
        </Button>
      )}
    </section>
  );
}
