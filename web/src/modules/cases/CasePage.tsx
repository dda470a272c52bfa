import { EnvironmentOutlined } from '@ant-design/icons';
import { Button, Skeleton } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { ProblemError } from '../../api/client';
import { useI18n } from '../../i18n';
import { PanelProblem } from '../../kit/Problem';
import { RecordPage } from '../../kit/record/RecordPage';
import { useFace } from '../../theme';
import classes from './Cases.module.css';
import { onMap } from './caseAddress';
import { sayClock } from './caseClock';
import { useCaseNames } from './names';
import { type CaseRecord, useCase } from './queries';
import { Urgency } from './Urgency';
import { words } from './words';

const PointsMap = lazy(() => import('../../map/PointsMap'));
const NOT_FOUND = 404;

/** One case: what is known of it, its clock, and where it stands. */
export default function CasePage({ id }: { id: number }) {
  const { t } = useI18n(words);
  const isId = Number.isSafeInteger(id) && id > 0;
  const { data, error, refetch } = useCase(isId ? id : 0);
  if (data) return <Known of={data} />;
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
  const [now] = useState(() => Date.now() / 1000);
  const clock = sayClock({ ...of }, now, i18n);
  return (
    <RecordPage
      title={of.number}
      tags={[
        { text: names.status(of.status) },
        ...(clock?.isLate && !of.closed_at ? [{ text: clock.text, colour: 'error' }] : []),
      ]}
      actions={
        <Button icon={<EnvironmentOutlined aria-hidden />} href={onMap(of)}>
          {t('caseOnMap')}
        </Button>
      }
      facts={[
        [t('caseTitle'), of.title],
        [t('caseCategory'), names.category(of.category)],
        [t('caseSeverity'), <Urgency key="urgency" code={of.severity} />],
        [t('caseChannel'), names.channel(of.channel)],
        [t('detailsHandler'), names.department(of.category) || t('detailsHandlerNone')],
        [t('caseReported'), time(of.reported_at)],
        [t('caseDue'), of.due_at ? time(of.due_at) : ''],
        [t('detailsClock'), clock?.text],
        [t('caseClosed'), of.closed_at ? time(of.closed_at) : ''],
        [t('caseAddress'), of.address],
        [t('caseRegion'), of.path.map((region) => region.name).join(' › ')],
      ]}
      tabs={[
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
