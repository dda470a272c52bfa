import { Segmented, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { Link, useLocation, useNavigate, useSearchParams } from 'react-router';
import { client, type Session, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { KeysButton } from '../../kit/KeysButton';
import type { FilterDef } from '../../kit/list/Filter';
import { type ListColumn, ListView } from '../../kit/list/ListView';
import type { ListQuery, ListSource } from '../../kit/list/useList';
import { Page } from '../../kit/Page';
import { useFace } from '../../theme';
import { bulkActions } from './bulk';
import { CaseBrief } from './CaseBrief';
import classes from './Cases.module.css';
import { sayClock } from './caseClock';
import { useCaseNames } from './names';
import type { ListedCase } from './queries';
import { keepTrail } from './trail';
import { Urgency } from './Urgency';
import { type TextKey, words } from './words';

const PointsMap = lazy(() => import('../../map/PointsMap'));

const PAGE = 50;
const VIEWS = ['open', 'asked', 'red', 'overdue', 'all'] as const;
type View = (typeof VIEWS)[number];
const MINUTE_MS = 60_000;

const casesOf = (view: View, now: string): ListSource<ListedCase> => {
  const fixed: Record<View, ListQuery> = {
    open: { open: 'true' },
    asked: { asks: 'extension,return,hang,void,order' },
    red: { step_due_at: now },
    overdue: { overdue_at: now },
    all: {},
  };
  return {
    key: 'cases',
    path: '/api/cases',
    fixed: fixed[view],
    fetch: (query, signal) =>
      take(client.GET('/api/cases', { params: { query: { limit: PAGE, count: true, ...query } as never }, signal })),
  };
};

/** The cases in one's jurisdiction: what is open, what is overdue, all of them; each row with its place on the map. */
export function CaseList({ session }: { session: Session }) {
  const { t } = useI18n(words);
  const names = useCaseNames();
  const face = useFace();
  const [asked, ask] = useSearchParams();
  const { pathname, search } = useLocation();
  const go = useNavigate();
  const view = VIEWS.find((one) => one === asked.get('view')) ?? 'open';
  // Since the page was opened, to the minute: rows don't come and go while one reads.
  const [now] = useState(() => new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS).toISOString());
  const [chosen, choose] = useState<ListedCase | null>(null);
  const filters: FilterDef[] = [
    { name: 'q', title: t('caseSearch'), kind: 'text', most: 60 },
    { name: 'major', title: t('caseMajor'), kind: 'choices', options: names.options('case_major'), most: 20 },
    { name: 'status', title: t('caseStatus'), kind: 'choices', options: names.options('case_status'), most: 12 },
    { name: 'severity', title: t('caseSeverity'), kind: 'choices', options: names.options('case_urgency'), most: 4 },
    { name: 'level', title: t('caseLevel'), kind: 'choices', options: names.options('case_level'), most: 3 },
    { name: 'department', title: t('detailsHandler'), kind: 'text', most: 80 },
    { name: 'channel', title: t('caseChannel'), kind: 'choices', options: names.options('case_channel'), most: 7 },
    { name: 'region', title: t('caseRegion'), kind: 'region' },
    { name: 'area', title: t('caseArea'), kind: 'given' },
    { name: 'tally', title: sayTally(asked.get('tally'), t), kind: 'given' },
    { name: 'from', until: 'until', title: t('caseReported'), kind: 'period' },
  ];
  const columns = useColumns(now);
  const isGrid = (session.regions[0]?.code ?? 0) % 1_000 !== 0;
  return (
    <Page>
      <ListView<ListedCase>
        key={view}
        source={casesOf(view, now)}
        rowKey={({ id }) => id}
        columns={columns}
        filters={isGrid ? filters.filter(({ name }) => name !== 'region') : filters}
        fileName={t('casesTitle')}
        empty={t(view === 'overdue' ? 'overdueNone' : 'casesNone')}
        onOpen={choose}
        onEnter={({ id }) => void go(`/cases/${id}`)}
        isLive
        bulk={bulkActions(session.permissions, t)}
        onRows={(rows) =>
          keepTrail(
            rows.map(({ id }) => id),
            `${pathname}${search}`,
          )
        }
        chosen={chosen?.id ?? null}
        testId="cases"
        actions={
          <>
            <KeysButton page="cases" />
            <Segmented<View>
              value={view}
              aria-label={t('casesShown')}
              options={VIEWS.map((value) => ({ value, label: t(`casesView_${value}`) }))}
              onChange={(next) => {
                choose(null);
                ask((before) => {
                  const after = new URLSearchParams(before);
                  if (next === 'open') after.delete('view');
                  else after.set('view', next);
                  return after;
                });
              }}
            />
          </>
        }
        beside={(rows) => (
          <>
            <Suspense fallback={null}>
              <PointsMap
                label={t('casesMap')}
                points={rows.map(({ id, lon, lat, severity, closed_at }) => ({
                  id,
                  lon,
                  lat,
                  colour: closed_at ? face.closed : (face.severities[Number(severity) - 1] ?? face.case),
                }))}
                chosen={chosen?.id ?? null}
                onChoose={(id) => choose(rows.find((row) => row.id === id) ?? null)}
                testId="cases-map"
              />
            </Suspense>
            {chosen ? <CaseBrief of={chosen} now={now} /> : <p className="hint-text">{t('casesChoose')}</p>}
          </>
        )}
      />
    </Page>
  );
}

/** What is said of a figure's cases: from which day to which they count. */
function sayTally(said: string | null, t: ReturnType<typeof useI18n<TextKey>>['t']): string {
  const [, from = '', to = ''] = (said ?? '').split(',');
  return t('caseTally', { from, to });
}

function useColumns(now: string): ListColumn<ListedCase>[] {
  const i18n = useI18n(words);
  const { t, time } = i18n;
  const names = useCaseNames();
  return [
    {
      key: 'number',
      title: t('caseNumber'),
      isSorted: true,
      width: 190,
      render: ({ id, number }) => (
        <Link to={`/cases/${id}`} onClick={(event) => event.stopPropagation()}>
          {number}
        </Link>
      ),
    },
    { key: 'title', title: t('caseTitle'), width: 240, render: ({ title }) => title },
    {
      key: 'category',
      title: t('caseCategory'),
      isSorted: true,
      width: 140,
      render: ({ category }) => names.category(category),
    },
    {
      key: 'status',
      title: t('caseStatus'),
      isSorted: true,
      width: 100,
      render: ({ status }) => <Tag>{names.status(status)}</Tag>,
    },
    {
      key: 'severity',
      title: t('caseSeverity'),
      isSorted: true,
      width: 110,
      render: ({ severity }) => <Urgency code={severity} />,
    },
    {
      key: 'due_at',
      title: t('caseClock'),
      isSorted: true,
      width: 150,
      render: (row) => {
        const clock = sayClock({ ...row, due_at: row.due_at ?? row.step_due_at }, Date.parse(now) / 1000, i18n);
        return clock && <span className={clock.isLate ? classes['late'] : undefined}>{clock.text}</span>;
      },
    },
    {
      key: 'step_due_at',
      title: t('stepDue'),
      isSorted: true,
      width: 160,
      isUsual: false,
      render: ({ step_due_at }) => (step_due_at ? time(step_due_at) : ''),
    },
    {
      key: 'level',
      title: t('caseLevel'),
      isSorted: true,
      width: 110,
      isUsual: false,
      render: ({ level }) => (level ? names.level(level) : ''),
    },
    {
      key: 'reported_at',
      title: t('caseReported'),
      isSorted: true,
      width: 160,
      render: ({ reported_at }) => time(reported_at),
    },
    { key: 'address', title: t('caseAddress'), width: 220, render: ({ address }) => address },
    {
      key: 'channel',
      title: t('caseChannel'),
      isSorted: true,
      width: 120,
      isUsual: false,
      render: ({ channel }) => names.channel(channel),
    },
    {
      key: 'department',
      title: t('detailsHandler'),
      width: 140,
      isUsual: false,
      render: ({ department, category }) => department ?? names.department(category),
    },
    {
      key: 'closed_at',
      title: t('caseClosed'),
      isSorted: true,
      width: 160,
      isUsual: false,
      render: ({ closed_at }) => (closed_at ? time(closed_at) : ''),
    },
  ];
}
