import { CloseOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { client, take } from '../../api/client';
import { useCodes, useLayers } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { covered, useReturnFocus } from '../../keys/focus';
import type { Picked } from '../../map/controller';
import { levelOf, type Level } from '../../api/levels';
import { isMany } from './address/sharePick';
import { sayClock } from './caseClock';
import { Crowd } from './Crowd';
import { heading, inOrder, nameOf, oneOf, say } from '../../map/describe';
import { isLevel, levels } from './planner/state';
import { PanelProblem } from '../../kit/Problem';
import { useRecord } from './useRecord';
import { PersonCard } from '../directory/PersonCard';
import { layerColours } from '../../theme';

interface Props {
  picked: Picked;
  onClose: () => void;
  onRegion: (code: number, bbox: null) => void;
  onPicked: (picked: Picked) => void;
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
export function Details({ picked, onClose, onRegion, onPicked, onStatistics, onZoom }: Props) {
  const words = useI18n();
  const { t, language } = words;
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
  const person = !many && picked.id > 0 && picked.layer === 'person';
  const record = useRecord(picked);
  const whole = record.data?.properties;
  const called = picked.properties['name'];
  // A house without a name goes by its address, as the search says that found it. The regions have a line of their own.
  const { region: _, ...properties } = whole && !whole['name'] && called ? { ...whole, name: called } : (whole ?? picked.properties);
  const fields = inOrder(properties);
  // A region lies in those above it, not in the smaller ones at its middle.
  const path = (place.data?.path ?? []).slice(1).filter(({ code }) => !isLevel(picked.layer) || isAbove(picked.layer, code));
  const isCase = picked.layer === 'case' && !many;
  const clock = isCase ? sayClock(properties, Date.now() / 1000, words) : null;
  const handler = isCase && properties['category'] ? nameOf(codes.data, 'case_department', String(properties['category']), language) : null;
  // A code that the table doesn't know comes back as it is.
  const isHandlerKnown = handler !== null && handler !== properties['category'];
  return (
    <section className="card details" data-testid="details" aria-live="polite" onKeyDown={(event) => event.key === 'Escape' && !covered() && onClose()}>
      <header>
        <i className="swatch point" style={{ '--swatch': layerColours[picked.layer] }} aria-hidden />
        <h2>{many ? title : oneOf(picked.layer, t) ?? title}</h2>
        <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('close')} onClick={onClose} />
      </header>
      {record.error && <PanelProblem error={record.error} onRetry={() => void record.refetch()} />}
      {person && <PersonCard key={picked.id} id={picked.id} linked />}
      {many && <Crowd picked={picked} title={title} onZoom={onZoom} onPicked={onPicked} />}
      <dl>
        {!person && fields.map(([field, value]) => (
          <div key={field}>
            <dt>{heading(field, t)}</dt>
            <dd>{say(codes.data, picked.layer, field, value, words)}</dd>
          </div>
        ))}
        {clock && <div><dt>{t('detailsClock')}</dt><dd className={clock.isLate ? 'late' : ''} data-testid="case-clock">{clock.text}</dd></div>}
        {isCase && <div><dt>{t('detailsHandler')}</dt><dd data-testid="case-handler">{isHandlerKnown ? handler : t('detailsHandlerNone')}</dd></div>}
        {!many && (
          <div>
            <dt>{t('path')}</dt>
            <dd className="path">
              {path.map((region) => (
                <button key={region.code} type="button" onClick={() => onRegion(region.code, null)}>{region.name}</button>
              ))}
            </dd>
          </div>
        )}
      </dl>
      {isLevel(picked.layer) && <Button size="small" type="link" className="to-statistics" onClick={onStatistics} data-testid="to-statistics">{t('toStatistics')}</Button>}
    </section>
  );
}
