import type { CaseFigures } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { shareOf } from '../../../map/figures/shares';
import { useFace } from '../../../theme';
import { type TextKey, words } from '../words';
import { Panel } from './Panel';

const RADIUS = 52;
const AROUND = 2 * Math.PI * RADIUS;

/** The share settled in time as a ring, and what is open by how urgent it is. */
export function OnTime({ figures, missing }: { figures: CaseFigures | undefined; missing: TextKey | undefined }) {
  const { t, number } = useI18n(words);
  const face = useFace();
  const { numerator = 0, denominator = 0 } = figures?.on_time ?? {};
  const share = shareOf(numerator, denominator);
  // Of few a ratio says what a percentage would make more of than there is.
  const said =
    share === undefined
      ? denominator > 0
        ? `${number(numerator)}/${number(denominator)}`
        : '—'
      : `${number(share * 100, 1)}%`;
  const severities = figures?.severities ?? [0, 0, 0, 0];
  const most = Math.max(1, ...severities);
  return (
    <Panel
      name="ontime"
      title={t('wallOnTime')}
      note={t('lastDays', { days: String(figures?.days ?? 30) })}
      missing={missing}
    >
      <div className="wall-ontime">
        <svg viewBox="0 0 130 130" role="img" aria-label={`${t('keyOnTime')} ${said}`}>
          <circle cx="65" cy="65" r={RADIUS} fill="none" stroke={face.sunken} strokeWidth="12" />
          <circle
            cx="65"
            cy="65"
            r={RADIUS}
            fill="none"
            stroke={face.good}
            strokeWidth="12"
            strokeLinecap="round"
            transform="rotate(-90 65 65)"
            strokeDasharray={`${(share ?? 0) * AROUND} ${AROUND}`}
            className="wall-ring"
          />
          <text x="65" y="72" textAnchor="middle" className="wall-ring-text">
            {said}
          </text>
        </svg>
        <ul className="wall-severities">
          {[4, 3, 2, 1].map((severity) => (
            <li key={severity}>
              <span>{t(`severity_${severity}` as TextKey)}</span>
              <span className="wall-bar-track">
                <i
                  style={{
                    width: `${((severities[severity - 1] ?? 0) / most) * 100}%`,
                    background: face.severities[severity - 1],
                  }}
                />
              </span>
              <b>{number(severities[severity - 1] ?? 0)}</b>
            </li>
          ))}
          <li className="wall-of">
            {denominator === 0
              ? t('onTimeNone')
              : t('onTimeOf', { numerator: number(numerator), denominator: number(denominator) })}
          </li>
        </ul>
      </div>
    </Panel>
  );
}
