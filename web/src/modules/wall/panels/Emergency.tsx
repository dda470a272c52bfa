import { dayOf } from '../../../api/spans';
import { useI18n } from '../../../i18n';
import { type Codes, nameOf } from '../../../map/describe';
import { sayLength } from '../clock';
import { isSudden } from '../emergencies';
import type { CaseSpot } from '../spots';
import type { FacilityKind } from '../useFacilities';
import { type TextKey, words } from '../words';
import { Cell, Note } from './Figures';
import { Panel } from './Panel';
import { useFit } from './useFit';

const MOST = 20;
const [HOUR, DAY] = [3_600, 86_400];

/** The open emergencies in figures. */
export function EmergencyFigures({
  emergencies,
  now,
  missing,
}: {
  emergencies: readonly CaseSpot[];
  now: number;
  missing: TextKey | undefined;
}) {
  const { t, number } = useI18n(words);
  const today = dayOf(new Date(now)).getTime() / 1000;
  const grave = (severity: number) => emergencies.filter((spot) => spot.severity === severity).length;
  const oldest = emergencies.reduce<CaseSpot | null>(
    (first, spot) => (first === null || spot.reported < first.reported ? spot : first),
    null,
  );
  const longest = oldest ? now / 1000 - oldest.reported : 0;
  const inDays = longest >= 2 * DAY;
  return (
    <Panel name="emergency" title={t('wallEmergency')} note={t('wallEmergencyOf')} missing={missing}>
      <dl className="wall-keys">
        <Cell title={t('emergencyOpen')} id="emergency-open" value={emergencies.length} />
        <Cell title={t('emergencySudden')} id="emergency-sudden" value={emergencies.filter(isSudden).length} />
        <Cell
          title={t('emergencyToday')}
          id="emergency-today"
          value={emergencies.filter(({ reported }) => reported >= today).length}
        />
        <Cell title={t('severity_4')} id="emergency-gravest" value={grave(4)} />
        <Cell title={t('severity_3')} id="emergency-urgent" value={grave(3)} />
        <Cell
          title={t('emergencyOldest')}
          id="emergency-oldest"
          value={oldest ? longest : undefined}
          text={number(Math.floor(longest / (inDays ? DAY : HOUR)))}
        >
          {oldest && <Note>{t(inDays ? 'emergencyDays' : 'emergencyHours')}</Note>}
        </Cell>
      </dl>
    </Panel>
  );
}

interface UrgentProps {
  emergencies: readonly CaseSpot[];
  now: number;
  codes: Codes;
  chosen: number | null;
  where: (region: number) => string;
  onGo: (spot: CaseSpot) => void;
  missing: TextKey | undefined;
}

/** The open emergencies one by one, the gravest first. */
export function Urgent({ emergencies, now, codes, chosen, where, onGo, missing }: UrgentProps) {
  const { t, number, language } = useI18n(words);
  const { list, fits } = useFit(emergencies.length, MOST);
  const rows = emergencies.slice(0, fits);
  return (
    <Panel
      name="urgent"
      title={t('wallUrgent')}
      missing={missing ?? (emergencies.length === 0 ? 'urgentNone' : undefined)}
      note={
        rows.length < emergencies.length
          ? t('urgentOf', { n: number(rows.length), all: number(emergencies.length) })
          : undefined
      }
    >
      <ol ref={list} className="wall-stream is-whole" data-testid="wall-urgent">
        {rows.map((spot) => (
          <li key={spot.id}>
            <button type="button" onClick={() => onGo(spot)} data-id={spot.id} aria-pressed={chosen === spot.id}>
              <i
                className={`wall-dot severity-${spot.severity}`}
                role="img"
                aria-label={t(`severity_${spot.severity}` as TextKey)}
              />
              <span className="wall-stream-what">{nameOf(codes, 'case_category', spot.category, language)}</span>
              <span className="wall-stream-where">{where(spot.region)}</span>
              <em>{t('urgentFor', { length: sayLength(now / 1000 - spot.reported, t) })}</em>
            </button>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

/** Places of use in an emergency, as far as the archives know them: the colours are those of the map. */
export function Facilities({ kinds, missing }: { kinds: readonly FacilityKind[]; missing: TextKey | undefined }) {
  const { t, number, language } = useI18n(words);
  return (
    <Panel
      name="facilities"
      title={t('wallFacilities')}
      note={t('facilitiesOf')}
      missing={missing ?? (kinds.length === 0 ? 'facilitiesNone' : undefined)}
    >
      <ul className="wall-facilities">
        {kinds.map(({ code, name, nameEn, colour, spots }) => (
          <li key={code}>
            <i style={{ borderColor: colour }} aria-hidden />
            <span className="wall-bar-name">{language === 'en' ? nameEn : name}</span>
            <b data-testid={`facility-${code}`}>{number(spots.length)}</b>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
