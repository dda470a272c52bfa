import { useMemo } from 'react';
import type { CaseFigures, Statistics } from '../../api/client';
import { Chart } from '../../desk/charts/Chart';
import { useI18n } from '../../i18n';
import { useFace } from '../../theme';
import { days, hours, pyramid } from './charts';
import { Panel } from './Panel';

/** Reports by hour, against yesterday. */
export function Hours({ figures }: { figures: CaseFigures | undefined }) {
  const { t } = useI18n();
  const face = useFace();
  const option = useMemo(() => figures && hours(figures, face, t('today'), t('yesterday')), [figures, face, t]);
  return <Panel name="hours" title={t('wallHours')}>{option && <Chart option={option} label={t('wallHours')} />}</Panel>;
}

/** Reports and ends by day. */
export function Daily({ figures }: { figures: CaseFigures | undefined }) {
  const { t } = useI18n();
  const face = useFace();
  const option = useMemo(() => figures && days(figures, face, t('reportedShort'), t('endedShort')), [figures, face, t]);
  return <Panel name="days" title={t('wallDaily')} note={t('lastDays').replace('{days}', String(figures?.days ?? 30))}>{option && <Chart option={option} label={t('wallDaily')} />}</Panel>;
}

/** Who lives here. */
export function Population({ statistics }: { statistics: Statistics | undefined }) {
  const { t, number } = useI18n();
  const face = useFace();
  const option = useMemo(() => statistics?.people && pyramid(statistics, face, t('male'), t('female'), number), [statistics, face, t, number]);
  const people = statistics?.people;
  const elderly = people?.ages.filter((age) => age.from >= 60).reduce((sum, age) => sum + age.male + age.female + age.other, 0) ?? 0;
  const children = people?.ages.filter((age) => age.from < 15).reduce((sum, age) => sum + age.male + age.female + age.other, 0) ?? 0;
  const share = (part: number) => (people && people.total > 0 ? `${number((part / people.total) * 100, 1)}%` : '—');
  return (
    <Panel name="population" title={t('wallPopulation')}>
      {people && (
        <dl className="wall-facts">
          <div><dt>{t('under15')}</dt><dd>{share(children)}</dd></div>
          <div><dt>{t('over60')}</dt><dd>{share(elderly)}</dd></div>
          <div><dt>{t('sexRatio')}</dt><dd>{people.female > 0 ? number((people.male / people.female) * 100, 1) : '—'}</dd></div>
        </dl>
      )}
      {option ? <Chart option={option} label={t('agesTitle')} /> : statistics && <p className="wall-empty">{t('noPeople')}</p>}
    </Panel>
  );
}
