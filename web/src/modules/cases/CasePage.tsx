import { EnvironmentOutlined } from '@ant-design/icons';
import { Alert, Button, Skeleton, Tag } from 'antd';
import { lazy, Suspense } from 'react';
import { Link } from 'react-router';
import { ProblemError } from '../../api/client';
import { useI18n } from '../../i18n';
import { PanelProblem } from '../../kit/Problem';
import { RecordPage } from '../../kit/record/RecordPage';
import { useFace } from '../../theme';
import { AlikeCases } from './AlikeCases';
import { CaseActions } from './CaseActions';
import { CaseComments } from './CaseComments';
import { CaseFiles } from './CaseFiles';
import { CaseHistory } from './CaseHistory';
import classes from './Cases.module.css';
import { CaseWay, useCaseKeys } from './CaseWay';
import { onMap } from './caseAddress';
import { sayClock } from './caseClock';
import { sayActor, useCaseNames } from './names';
import { type CaseRecord, useAlike, useCase } from './queries';
import { Urgency } from './Urgency';
import { type TextKey, words } from './words';

const PointsMap = lazy(() => import('../../map/PointsMap'));
const NOT_FOUND = 404;

/** One case: what is known of it, its clock, and where it stands. */
export default function CasePage({ id }: { id: number }) {
  const { t } = useI18n(words);
  const isId = Number.isSafeInteger(id) && id > 0;
  const { data, error, refetch } = useCase(isId ? id : 0);
  useCaseKeys(id);
  if (data) return <Known key={data.id} of={data} />;
  const isUnknown = !isId || (error instanceof ProblemError && error.status === NOT_FOUND);
  return (
    <RecordPage
      title={t('caseOne')}
      card={
        isUnknown ? (
          <p className="hint-text">{t('caseUnknown')}</p>
        ) : error ? (
          <PanelProblem error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeleton active />
        )
      }
    />
  );
}

function Known({ of }: { of: CaseRecord }) {
  const i18n = useI18n(words);
  const { t, time } = i18n;
  const names = useCaseNames();
  const face = useFace();
  const isNew = of.flow?.actions.some(({ action, missing }) => action === 'accept' && !missing) ?? false;
  const alike = useAlike(of.id, isNew);
  const clock = sayClock({ ...of }, Date.now() / 1000, i18n);
  const { flow } = of;
  const lamp = flow?.lamp;
  const alikeTab = {
    key: 'alike',
    title: t('alikeTitle'),
    count: alike.data?.length ?? 0,
    body: <AlikeCases cases={alike.data ?? []} />,
  };
  return (
    <RecordPage
      title={of.number}
      tags={[
        { text: names.status(of.status) },
        ...(lamp && lamp !== 'green'
          ? [{ text: t(`lamp_${lamp}`), colour: lamp === 'red' ? 'error' : 'warning' }]
          : []),
        ...(!lamp && clock?.isLate && !of.closed_at ? [{ text: clock.text, colour: 'error' }] : []),
      ]}
      actions={
        <>
          <CaseActions of={of} hasSeenAlike={alike.isSuccess} />
          <Button icon={<EnvironmentOutlined aria-hidden />} href={onMap(of)}>
            {t('caseOnMap')}
          </Button>
          <CaseWay id={of.id} />
        </>
      }
      card={<InHand of={of} />}
      facts={[
        [t('caseTitle'), of.title],
        [t('caseDetail'), of.detail],
        [t('caseCategory'), names.category(of.category)],
        [t('caseLevel'), of.level ? names.level(of.level) : ''],
        [t('caseSeverity'), <Urgency key="urgency" code={of.severity} />],
        [t('caseChannel'), names.channel(of.channel)],
        [t('caseDemand'), of.demand ? names.demand(of.demand) : ''],
        [t('caseReporter'), of.reporter ? sayReporter(of.reporter, t('caseProtected')) : ''],
        [t('detailsHandler'), of.department ?? (names.department(of.category) || t('detailsHandlerNone'))],
        [t('caseRunAt'), flow ? t(`runAt_${of.run_at}` as TextKey) : ''],
        [t('caseReported'), time(of.reported_at)],
        [t('caseReceipt'), of.receipt && of.receipt !== of.number ? of.receipt : ''],
        [t('stepSince'), flow && !of.closed_at ? time(flow.since) : ''],
        [t('stepDue'), of.step_due_at ? time(of.step_due_at) : ''],
        [t('wholeDue'), of.due_at ? time(of.due_at) : ''],
        [t('detailsClock'), clock?.text],
        [t('reviewAt'), flow?.review_at ? time(flow.review_at) : ''],
        [t('caseVerified'), of.verified == null ? '' : t(of.verified ? 'caseTrue' : 'caseUntrue')],
        [
          t('caseMain'),
          of.main ? (
            <Link key="main" to={`/cases/${of.main.id}`}>
              {of.main.number}
            </Link>
          ) : (
            ''
          ),
        ],
        [t('caseClosed'), of.closed_at ? time(of.closed_at) : ''],
        [t('caseAddress'), of.address],
        [t('caseRegion'), of.path.map((region) => region.name).join(' › ')],
      ]}
      tabs={[
        { key: 'history', title: t('historyTitle'), body: <CaseHistory of={of} /> },
        { key: 'files', title: t('filesTitle'), count: of.files.length, body: <CaseFiles of={of} /> },
        ...(of.may_comment
          ? [{ key: 'comments', title: t('commentsTitle'), count: of.comments.length, body: <CaseComments of={of} /> }]
          : []),
        ...(isNew ? [alikeTab] : []),
        {
          key: 'place',
          title: t('casePlace'),
          body: (
            <div className={classes['place']}>
              <Suspense fallback={<Skeleton active />}>
                <PointsMap
                  label={t('casePlace')}
                  points={[
                    {
                      id: of.id,
                      lon: of.lon,
                      lat: of.lat,
                      colour: of.closed_at ? face.closed : (face.severities[Number(of.severity) - 1] ?? face.case),
                    },
                  ]}
                  chosen={of.id}
                  testId="case-place"
                />
              </Suspense>
            </div>
          ),
        },
      ]}
    />
  );
}

const sayReporter = ({ name, phone, is_protected }: NonNullable<CaseRecord['reporter']>, secret: string): string =>
  [name, phone, is_protected ? `（${secret}）` : ''].filter(Boolean).join(' ');

/** What waits to be decided, and in whose hands the work is. */
function InHand({ of }: { of: CaseRecord }) {
  const { t, time } = useI18n(words);
  const { flow } = of;
  if (!flow) return null;
  return (
    <>
      {flow.asked.map(({ name, due_at, minutes, review_at }) => (
        <Alert
          key={name}
          type="warning"
          showIcon
          className={classes['asked'] ?? ''}
          title={t(`asked_${name}` as TextKey, {
            n: String((minutes ?? 0) / 60),
            day: review_at ? time(review_at) : '',
          })}
          description={due_at ? t('askedUntil', { time: time(due_at) }) : undefined}
        />
      ))}
      {flow.tasks.some(({ unit, holder }) => unit || holder) && (
        <ul className={classes['tasks']} aria-label={t('caseTasks')}>
          {flow.tasks.map(({ number, role, unit, holder, ended_at }) => (
            <li key={number}>
              <Tag>{t(role === 'lead' ? 'taskLead' : 'taskHelper')}</Tag>
              {unit}{' '}
              <small className="hint-text">
                {ended_at ? t('taskDone') : holder ? t('taskHeld', { name: sayActor(holder, t) }) : t('taskOpen')}
              </small>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
