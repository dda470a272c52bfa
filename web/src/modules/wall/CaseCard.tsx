import { useQuery } from '@tanstack/react-query';
import { client, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { type Codes, nameOf } from '../../map/describe';
import { type CaseClock, clockOf, sayLength } from './clock';
import { metresBetween } from './emergencies';
import type { FacilityKind } from './useFacilities';
import { type TextKey, words } from './words';

/** A case that somebody chose, as far as the list or the map knows it. */
export interface ChosenCase {
  id: number;
  lon: number;
  lat: number;
  severity: number;
  category: string;
  region: number;
}

interface CaseRecord {
  properties: {
    category: string;
    status: string;
    severity: number;
    channel: string;
    reported_at: string | number;
    due_at?: string | number | null;
    closed_at?: string | number | null;
    region?: number;
  };
}

const clockTexts: Record<CaseClock['state'], TextKey> = {
  done: 'caseDone',
  ended: 'caseEnded',
  endedLate: 'caseEndedLate',
  hung: 'caseHung',
  unlimited: 'caseUnlimited',
  running: 'caseLeft',
  near: 'caseLeft',
  overdue: 'caseOverdue',
};
/** States of a case before it is sent to whoever settles it. */
const UNSENT = ['reported', 'accepted', 'filed'];
/** So many kinds of places are named beside a case, the nearest of each. */
const NEAREST = 3;

const seconds = (of: string | number | null | undefined): number | null =>
  of == null || of === '' ? null : typeof of === 'number' ? of : Date.parse(of) / 1000;

export const caseKey = (id: number) => ['wall-case', id] as const;

interface Props {
  chosen: ChosenCase;
  codes: Codes;
  /** Milliseconds since 1970. */
  now: number;
  live: boolean;
  where: (region: number) => string;
  facilities: readonly FacilityKind[];
  onClose: () => void;
}

/** A case that was chosen in the stream or on the map: how it stands, against its limit, and who is to settle it. */
export function CaseCard({ chosen, codes, now, live, where, facilities, onClose }: Props) {
  const { t, number, time, language } = useI18n(words);
  const record = useQuery({
    queryKey: caseKey(chosen.id),
    queryFn: () =>
      take(
        client.GET('/ogc/collections/{layer}/items/{id}', {
          params: { path: { layer: 'case', id: String(chosen.id) } },
        }),
      ) as Promise<unknown> as Promise<CaseRecord>,
    staleTime: 5_000,
  });
  const known = record.data?.properties;
  const [category, severity] = [known?.category ?? chosen.category, known?.severity ?? chosen.severity];
  const [reported, due, closed] = [seconds(known?.reported_at), seconds(known?.due_at), seconds(known?.closed_at)];
  const clock = known && clockOf({ status: known.status, reported: reported ?? now / 1000, due, closed }, now / 1000);
  const at = (moment: number | null) => (moment === null ? '—' : time(new Date(moment * 1000).toISOString()));
  const near = facilities
    .flatMap(({ code, name, nameEn, spots }) => {
      const metres = Math.min(...spots.map((spot) => metresBetween(spot, chosen)));
      return Number.isFinite(metres) ? [{ code, name: language === 'en' ? nameEn : name, metres }] : [];
    })
    .toSorted((a, b) => a.metres - b.metres)
    .slice(0, NEAREST);
  const row = (title: TextKey, value: React.ReactNode, id?: string) => (
    <div>
      <dt>{t(title)}</dt>
      <dd data-testid={id}>{value}</dd>
    </div>
  );
  return (
    <section
      className="wall-card"
      aria-label={t('one_case')}
      aria-live="polite"
      data-testid="case-card"
      data-id={chosen.id}
    >
      <header>
        <i className={`wall-dot severity-${severity}`} aria-hidden />
        <h2>{nameOf(codes, 'case_category', category, language)}</h2>
        <span className="wall-severity">{t(`severity_${severity}` as TextKey)}</span>
        <button type="button" className="wall-button" aria-label={t('close')} onClick={onClose}>
          <span aria-hidden>✕</span>
        </button>
      </header>
      {known && clock ? (
        <dl>
          {row('field_status', nameOf(codes, 'case_status', known.status, language), 'case-status')}
          {row(
            'caseClock',
            <span className={`wall-clock-${clock.state}`}>
              {t(clockTexts[clock.state], { length: sayLength(clock.seconds, t) })}
            </span>,
            'case-clock',
          )}
          {row('caseDue', due === null ? t('caseNoLimit') : at(due))}
          {row(
            'caseHandler',
            <>
              {nameOf(codes, 'case_department', known.category, language)}
              {UNSENT.includes(known.status) && <small>{t('caseUnsent')}</small>}
            </>,
            'case-handler',
          )}
          {row('casePlace', where(known.region ?? chosen.region))}
          {row('field_reported_at', `${at(reported)} · ${nameOf(codes, 'case_channel', known.channel, language)}`)}
          {near.length > 0 &&
            row(
              'caseNear',
              near.map(({ code, name, metres }) => (
                <span key={code} className="wall-near">
                  {name}{' '}
                  {metres < 1_000
                    ? `${number(Math.round(metres / 10) * 10)} ${t('mapMetres')}`
                    : `${number(metres / 1_000, 1)} ${t('mapKilometres')}`}
                </span>
              )),
            )}
        </dl>
      ) : (
        <p className="wall-empty">{t(record.error ? 'wallUnavailable' : 'wallLoading')}</p>
      )}
      {!live && known && <p className="wall-note">{t('caseAsNow')}</p>}
    </section>
  );
}
