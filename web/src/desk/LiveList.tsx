import { useCodes, useLayers } from '../api/hooks';
import { useI18n } from '../i18n';
import type { Arrived } from '../map/live';
import { layerColours } from '../theme';
import { say } from './describe';

interface Props {
  arrived: Arrived[];
  connected: boolean;
  onGo: (lon: number, lat: number) => void;
}

/** What has happened since the page was opened, the newest first. */
export function LiveList({ arrived, connected, onGo }: Props) {
  const words = useI18n();
  const { t, language } = words;
  const codes = useCodes();
  const layers = useLayers();
  const clock = new Intl.DateTimeFormat(language, { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  const describe = (change: Arrived) => {
    if (change.op === 'remove') return t('liveRemoved');
    const fields = change.layer === 'case' ? ['category', 'status'] : ['name', 'category', 'type_code', 'state'];
    return fields.map((field) => change.properties?.[field]).map((value, index) => (value ? say(codes.data, change.layer, fields[index] ?? '', value, words) : '')).filter(Boolean).join(' · ');
  };
  return (
    <section className="card live">
      <h2>
        {t('live')}
        <span className={connected ? 'state on' : 'state'} role="status">{t(connected ? 'liveConnected' : 'liveLost')}</span>
      </h2>
      {arrived.length === 0 && <p className="empty">{t('liveEmpty')}</p>}
      <ol data-testid="live-list">
        {arrived.map((change) => {
          const title = layers.data?.layers.find((layer) => layer.name === change.layer)?.title;
          return (
            <li key={change.key}>
              <button type="button" disabled={change.lon === undefined} onClick={() => onGo(change.lon ?? 0, change.lat ?? 0)} data-id={change.id}>
                <time>{clock.format(change.at)}</time>
                <i className="swatch point" style={{ '--swatch': layerColours[change.layer] }} aria-hidden />
                <span><b>{language === 'en' ? title?.en : title?.zh}</b> {describe(change)}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
