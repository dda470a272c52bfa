import { nameOf, type Codes } from '../../desk/describe';
import { useI18n, type TextKey } from '../../i18n';
import { Panel } from './Panel';

/** Something that happened to a case. */
export interface Happening {
  key: string;
  id: number;
  /** Milliseconds since 1970. */
  at: number;
  category: string;
  severity: number;
  /** The code of its grid. */
  region: number;
  what: 'reported' | 'ended' | 'changed';
  status: string;
  lon: number;
  lat: number;
}

interface Props {
  happenings: Happening[];
  codes: Codes;
  state: 'live' | 'lost' | 'replay';
  /** What a region is called. */
  where: (region: number) => string;
  onGo: (happening: Happening) => void;
}

/** What happens, the newest on top. */
export function Stream({ happenings, codes, state, where, onGo }: Props) {
  const { t, language } = useI18n();
  const clock = new Intl.DateTimeFormat(language, { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const titles: Record<Props['state'], TextKey> = { live: 'streamLive', lost: 'streamLost', replay: 'streamReplay' };
  return (
    <Panel name="stream" title={t('wallStream')} note={(
      <span className={`wall-state ${state}`} role="status">
        {/* It beats when something happens: what moves all the time says nothing, and has the whole wall painted anew. */}
        <i key={happenings[0]?.key} aria-hidden />
        {t(titles[state])}
      </span>
    )}>
      <ol className="wall-stream" data-testid="wall-stream">
        {happenings.map((happening) => (
          <li key={happening.key} className={happening.what}>
            <button type="button" onClick={() => onGo(happening)} data-id={happening.id}>
              <time>{clock.format(happening.at)}</time>
              <i className={`wall-dot severity-${happening.severity}`} aria-label={t(`severity_${happening.severity}` as TextKey)} />
              <span className="wall-stream-what">{nameOf(codes, 'case_category', happening.category, language)}</span>
              <span className="wall-stream-where">{where(happening.region)}</span>
              <em>{nameOf(codes, 'case_status', happening.status, language)}</em>
            </button>
          </li>
        ))}
        {happenings.length === 0 && <li className="wall-empty">{t('streamNothing')}</li>}
      </ol>
    </Panel>
  );
}
