import { useCodes, useLayers } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { layerColour } from '../../map/colours';
import type { Picked } from '../../map/controller';
import { naming } from '../../map/describe';
import type { Arrived } from '../../map/live';
import { words } from './words';

interface Props {
  arrived: Arrived[];
  connected: boolean;
  /** What has its card open. */
  opened: Picked | null;
  onOpen: (thing: Picked) => void;
}

/** What has happened since the page was opened, the newest first; each opens its card and is marked on the map. */
export function LiveList({ arrived, connected, opened, onOpen }: Props) {
  const i18n = useI18n(words);
  const { t, language, title: titled } = i18n;
  const codes = useCodes();
  const layers = useLayers();
  const clock = new Intl.DateTimeFormat(language, {
    timeZone: 'Asia/Shanghai',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const describe = (change: Arrived, title: string) => {
    if (change.op === 'remove') return t('liveRemoved');
    const { name, note } = naming(codes.data, change.layer, change.id, change.properties ?? {}, title, i18n);
    return [name, note].filter(Boolean).join(' · ');
  };
  return (
    <section className="card live">
      <h2>
        {t('live')}
        <span className={connected ? 'state on' : 'state'} role="status">
          {t(connected ? 'liveConnected' : 'liveLost')}
        </span>
      </h2>
      {arrived.length === 0 && <p className="empty">{t('liveEmpty')}</p>}
      <ol data-testid="live-list">
        {arrived.map((change) => {
          const { layer, id, lon, lat, properties = {} } = change;
          const title = layers.data?.layers.find(({ name }) => name === layer)?.title;
          const open =
            lon === undefined || lat === undefined || change.op === 'remove'
              ? undefined
              : () => onOpen({ layer, id, lon, lat, properties });
          return (
            <li key={change.key}>
              <button
                type="button"
                disabled={!open}
                aria-current={opened?.layer === layer && opened.id === id ? 'true' : undefined}
                onClick={open}
                data-id={id}
              >
                <time>{clock.format(change.at)}</time>
                <i className="swatch point" style={{ '--swatch': layerColour(layer) }} aria-hidden />
                <span>
                  <b>{titled(title)}</b> {describe(change, titled(title))}
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
