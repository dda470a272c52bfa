import { useMemo } from 'react';
import type { CaseFigures, Statistics } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { Chart } from '../../../kit/chart/Chart';
import { shareOf } from '../../../map/figures/shares';
import { useFace } from '../../../theme';
import { type TextKey, words } from '../words';
import { days, hours, pyramid, wholeDays } from './charts';
import { Panel } from './Panel';

interface Props {
  figures: CaseFigures | undefined;
  missing: TextKey | undefined;
}

/** Reports by hour, against yesterday. */
export function Hours({ figures, missing }: Props) {
  const { t } = useI18n(words);
  const face = useFace();
  const option = useMemo(() => figures && hours(figures, face, t('today'), t('yesterday')), [figures, face, t]);
  const none = figures?.hours.every(({ today, yesterday }) => !today && !yesterday) ? 'hoursNone' : undefined;
  return (
    <Panel name="hours" title={t('wallHours')} missing={missing ?? none}>
      {option && <Chart option={option} label={t('wallHours')} />}
    </Panel>
  );
}

/** Reports and ends by day, up to the last whole one: a day that has not ended would end the line in a fall. */
export function Daily({ figures, missing }: Props) {
  const { t, number } = useI18n(words);
  const face = useFace();
  const whole = useMemo(() => (figures ? wholeDays(figures) : []), [figures]);
  const option = useMemo(() => days(whole, face, t('reportedShort'), t('endedShort')), [whole, face, t]);
  const none = figures && whole.every(({ reported, ended }) => reported + ended === 0) ? 'daysNone' : undefined;
  return (
    <Panel
      name="days"
      title={t('wallDaily')}
      note={t('wholeDays', { days: number(whole.length) })}
      missing={missing ?? none}
    >
      {figures && <Chart option={option} label={t('wallDaily')} />}
    </Panel>
  );
}

/** Who lives here. */
export function Population({
  statistics,
  missing,
}: {
  statistics: Statistics | undefined;
  missing: TextKey | undefined;
}) {
  const { t, number } = useI18n(words);
  const face = useFace();
  const option = useMemo(
    () => statistics?.people && pyramid(statistics, face, t('male'), t('female'), number),
    [statistics, face, t, number],
  );
  const people = statistics?.people;
  const elderly =
    people?.ages.filter((age) => age.from >= 60).reduce((sum, age) => sum + age.male + age.female + age.other, 0) ?? 0;
  const children =
    people?.ages.filter((age) => age.from < 15).reduce((sum, age) => sum + age.male + age.female + age.other, 0) ?? 0;
  const percent = (part: number) => {
    const share = people ? shareOf(part, people.total) : undefined;
    return share === undefined ? '—' : `${number(share * 100, 1)}%`;
  };
  const none =
    !people || people.ages.every((age) => age.male + age.female + age.other === 0) ? 'peopleNone' : undefined;
  return (
    <Panel name="population" title={t('wallPopulation')} missing={missing ?? none}>
      {people && (
        <dl className="wall-facts">
          <div>
            <dt>{t('under15')}</dt>
            <dd>{percent(children)}</dd>
          </div>
          <div>
            <dt>{t('over60')}</dt>
            <dd>{percent(elderly)}</dd>
          </div>
          <div>
            <dt>{t('sexRatio')}</dt>
            <dd>{people.female > 0 ? number((people.male / people.female) * 100, 1) : '—'}</dd>
          </div>
        </dl>
      )}
      {option && <Chart option={option} label={t('agesTitle')} />}
    </Panel>
  );
}
