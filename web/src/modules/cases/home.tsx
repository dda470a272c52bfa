import { useState } from 'react';
import { useCaseFigures } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { Sparkline } from '../../kit/chart/Sparkline';
import { HomeFigure, HomeFigures, HomeRow, HomeRows, HomeTile } from '../../kit/HomeTile';
import type { PageProps } from '../../kit/module';
import { words } from './words';

const DAYS = 30;
const ROWS = 6;
const WEEK_DAYS = 7;
const [DAY_MS, MINUTE_MS] = [86_400_000, 60_000];

const home = ({ session }: PageProps) => session.regions[0]?.code ?? null;
const readsCases = ({ session }: PageProps) => session.permissions.includes('case.read');
/** The map of a region, with its figures. */
const onMap = (region: number) => `/map?region=${region}&tab=statistics`;

/** What was reported and settled today, and how it stands against yesterday. */
export function CasesToday(props: PageProps) {
  const { t, number } = useI18n(words);
  const region = home(props);
  const figures = useCaseFigures(region, null, DAYS);
  const { data } = figures;
  const share =
    data && data.on_time.denominator > 0
      ? `${number((data.on_time.numerator / data.on_time.denominator) * 100, 1)}%`
      : '—';
  return (
    <HomeTile
      title={t('casesToday')}
      of={figures}
      testId="home-cases"
      {...(readsCases(props) ? { to: '/cases' } : region === null ? {} : { to: onMap(region) })}
    >
      {data && (
        <>
          <HomeFigures>
            <HomeFigure
              label={t('casesReported')}
              value={number(data.today.reported)}
              note={t('againstYesterday', { n: data.yesterday.reported })}
            />
            <HomeFigure
              label={t('casesEnded')}
              value={number(data.today.ended)}
              note={t('againstYesterday', { n: data.yesterday.ended })}
            />
            <HomeFigure
              label={t('casesOpen')}
              value={number(data.open)}
              {...(readsCases(props) ? { to: '/cases' } : {})}
              note={t('againstYesterday', { n: data.open_yesterday })}
            />
            <HomeFigure
              label={t('casesOverdue')}
              value={number(data.overdue)}
              {...(readsCases(props) ? { to: '/cases?view=overdue' } : {})}
              note={t('againstYesterday', { n: data.overdue_yesterday })}
              tone={data.overdue > 0 ? 'warning' : 'good'}
            />
          </HomeFigures>
          <Sparkline values={data.daily.map(({ reported }) => reported)} label={t('casesTrend', { days: DAYS })} />
          <small>
            {t('casesTrend', { days: DAYS })} · {t('casesOnTime', { days: DAYS, share })}
          </small>
        </>
      )}
    </HomeTile>
  );
}

/** The regions below one's own with the most overdue cases. */
export function CasesOverdue(props: PageProps) {
  const { t } = useI18n(words);
  const region = home(props);
  const figures = useCaseFigures(region, null, DAYS);
  const rows = (figures.data?.children ?? [])
    .filter(({ overdue }) => overdue > 0)
    .toSorted((one, other) => other.overdue - one.overdue)
    .slice(0, ROWS);
  return (
    <HomeTile
      title={t('overdueTitle')}
      of={figures}
      testId="home-overdue"
      {...(region === null ? {} : { to: `/map?region=${region}&tab=choropleth` })}
    >
      {rows.length === 0 ? (
        <p className="hint-text">{t('overdueNone')}</p>
      ) : (
        <HomeRows>
          {rows.map(({ code, name, overdue, open }) => (
            <HomeRow
              key={code}
              to={readsCases(props) ? `/cases?view=overdue&region=${code}` : onMap(code)}
              title={name}
              note={t('overdueOf', { n: overdue, open })}
            />
          ))}
        </HomeRows>
      )}
    </HomeTile>
  );
}

/** How many cases the regions below one's own had in seven days, against the seven before. */
export function CasesWeek(props: PageProps) {
  const { t, number } = useI18n(words);
  const region = home(props);
  // Since the page was opened, to the minute: both weeks end where they ended.
  const [before] = useState(() => new Date(Math.floor((Date.now() - WEEK_DAYS * DAY_MS) / MINUTE_MS) * MINUTE_MS));
  const week = useCaseFigures(region, null, WEEK_DAYS);
  const last = useCaseFigures(region, before, WEEK_DAYS);
  const earlier = new Map((last.data?.children ?? []).map(({ code, reported }) => [code, reported]));
  const rows = (week.data?.children ?? [])
    .map(({ code, name, reported }) => ({ code, name, reported, was: earlier.get(code) ?? 0 }))
    .filter(({ reported, was }) => reported + was > 0)
    .toSorted((one, other) => other.reported - other.was - (one.reported - one.was))
    .slice(0, ROWS);
  return (
    <HomeTile
      title={t('weekTitle')}
      of={last.error ? last : { ...week, isPending: week.isPending || last.isPending }}
      testId="home-week"
      {...(region === null ? {} : { to: `/map?region=${region}&tab=choropleth` })}
    >
      {rows.length === 0 ? (
        <p className="hint-text">{t('weekNone')}</p>
      ) : (
        <HomeRows>
          {rows.map(({ code, name, reported, was }) => (
            <HomeRow
              key={code}
              to={onMap(code)}
              title={name}
              note={t('weekOf', {
                n: number(reported),
                was: number(was),
                change: `${reported > was ? '↑' : reported < was ? '↓' : '→'} ${number(Math.abs(reported - was))}`,
              })}
            />
          ))}
        </HomeRows>
      )}
    </HomeTile>
  );
}
