import { useI18n } from '../../../i18n';
import { chinaClock } from '../../../i18n/clock';
import { type Codes, nameOf } from '../../../map/describe';
import { type TextKey, words } from '../words';
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

const DAY_MS = 86_400_000;

/** The time of day as the clock in China shows it, with the day where that isn't today. */
export function sayWhen(at: number, now: number, yesterday: string): string {
  const [moment, today, before] = [at, now, now - DAY_MS].map((each) => chinaClock(new Date(each).toISOString())) as [
    string,
    string,
    string,
  ];
  const [day, time] = [moment.slice(0, 10), moment.slice(11, 16)];
  if (day === today.slice(0, 10)) return time;
  return `${day === before.slice(0, 10) ? yesterday : day.slice(5)} ${time}`;
}

interface Props {
  happenings: Happening[];
  /** The moment that the wall shows, milliseconds since 1970. */
  now: number;
  codes: Codes;
  state: 'live' | 'lost' | 'replay';
  /** What a region is called. */
  where: (region: number) => string;
  onGo: (happening: Happening) => void;
  /** The case that is chosen. */
  chosen: number | null;
  /** What is said while nothing has happened. */
  nothing: TextKey;
}

/** What happens, the newest on top. */
export function Stream({ happenings, now, codes, state, where, onGo, chosen, nothing }: Props) {
  const { t, language } = useI18n(words);
  const titles: Record<Props['state'], TextKey> = { live: 'streamLive', lost: 'streamLost', replay: 'streamReplay' };
  return (
    <Panel
      name="stream"
      title={t('wallStream')}
      note={
        <span className={`wall-state ${state}`} role="status">
          {/* It beats when something happens: what moves all the time says nothing, and has the whole wall painted anew. */}
          <i key={happenings[0]?.key} aria-hidden />
          {t(titles[state])}
        </span>
      }
    >
      <ol className="wall-stream" data-testid="wall-stream">
        {happenings.map((happening) => (
          <li key={happening.key} className={happening.what}>
            <button
              type="button"
              onClick={() => onGo(happening)}
              data-id={happening.id}
              aria-pressed={chosen === happening.id}
            >
              <time>{sayWhen(happening.at, now, t('yesterday'))}</time>
              <i
                className={`wall-dot severity-${happening.severity}`}
                role="img"
                aria-label={t(`severity_${happening.severity}` as TextKey)}
              />
              <span className="wall-stream-what">{nameOf(codes, 'case_category', happening.category, language)}</span>
              <span className="wall-stream-where">{where(happening.region)}</span>
              <em>{nameOf(codes, 'case_status', happening.status, language)}</em>
            </button>
          </li>
        ))}
        {happenings.length === 0 && <li className="wall-empty">{t(nothing)}</li>}
      </ol>
    </Panel>
  );
}
