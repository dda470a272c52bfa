import { DatePicker, InputNumber, Skeleton } from 'antd';
import dayjs from 'dayjs';
import { useMemo } from 'react';
import type { CaseFigures } from '../../../api/client';
import { useCaseFigures, useRegion } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { PanelProblem } from '../../../kit/Problem';
import { Part } from '../../../kit/part/Boundary';
import { lazily } from '../../../kit/part/lazily';
import { type TextKey, words } from '../words';
import { sayFact } from './facts';
import { day, endOf, type Period } from './state';

const PeriodChart = lazily(() => import('./PeriodChart'));

interface Row {
  key: string;
  title: TextKey;
  form: 'count' | 'one' | 'share';
  of: (figures: CaseFigures) => number | undefined;
}

const sum = (figures: CaseFigures, of: 'reported' | 'ended') => figures.daily.reduce((all, date) => all + date[of], 0);
const rows: readonly Row[] = [
  { key: 'reported', title: 'periodReported', form: 'count', of: (f) => sum(f, 'reported') },
  { key: 'perDay', title: 'periodPerDay', form: 'one', of: (f) => sum(f, 'reported') / Math.max(1, f.daily.length) },
  { key: 'ended', title: 'periodEnded', form: 'count', of: (f) => sum(f, 'ended') },
  {
    key: 'onTime',
    title: 'periodOnTime',
    form: 'share',
    of: (f) => (f.on_time.denominator > 0 ? f.on_time.numerator / f.on_time.denominator : undefined),
  },
  { key: 'open', title: 'periodOpen', form: 'count', of: (f) => f.open },
  { key: 'overdue', title: 'periodOverdue', form: 'count', of: (f) => f.overdue },
];

interface Props {
  region: number;
  /** Whether only a part of it is the reader's, and counted. */
  inPart: boolean;
  periods: [Period, Period];
  onChange: (periods: [Period, Period]) => void;
}

/** One region in two periods: its cases as they stood at the end of each. */
export function ComparePeriods({ region, inPart, periods, onChange }: Props) {
  const { t, number } = useI18n(words);
  const place = useRegion(region);
  const [a, b] = periods;
  const ends = useMemo(() => [endOf(a.ends), endOf(b.ends)] as const, [a.ends, b.ends]);
  const first = useCaseFigures(region, ends[0], a.days);
  const second = useCaseFigures(region, ends[1], b.days);
  const set = (index: 0 | 1, part: Partial<Period>) =>
    onChange(index === 0 ? [{ ...a, ...part }, b] : [a, { ...b, ...part }]);
  const error = first.error ?? second.error;
  const missing = error !== null && !(first.data && second.data);

  const change = (row: Row) => {
    const [from, to] = [first.data && row.of(first.data), second.data && row.of(second.data)];
    if (from === undefined || to === undefined) return '—';
    const sign = to > from ? '+' : '';
    if (row.form === 'share') return `${sign}${number((to - from) * 100, 1)} ${t('percentPoints')}`;
    return from === 0 ? '—' : `${sign}${number(((to - from) / from) * 100, 1)}%`;
  };
  const value = (figures: CaseFigures | undefined, row: Row) =>
    figures ? (
      sayFact(row.form, row.of(figures), number)
    ) : (
      <Skeleton.Input size="small" active style={{ width: 44, minWidth: 44, height: 14 }} />
    );

  // Where the region itself can't be shown there is nothing to choose of it.
  if (place.error && !place.data)
    return (
      <PanelProblem
        error={place.error}
        onRetry={() => void Promise.all([place.refetch(), first.refetch(), second.refetch()])}
      />
    );
  return (
    <>
      <p className="period-place">{place.data?.name ?? '…'}</p>
      <div className="periods">
        {periods.map((period, index) => (
          <fieldset key={index} className={index === 0 ? 'period first' : 'period second'}>
            <legend>{t(index === 0 ? 'periodA' : 'periodB')}</legend>
            <label>
              <span>{t('periodEnds')}</span>
              <DatePicker
                size="small"
                allowClear={false}
                value={dayjs(period.ends)}
                maxDate={dayjs(day(Date.now()))}
                onChange={(date) => date && set(index as 0 | 1, { ends: date.format('YYYY-MM-DD') })}
                aria-label={`${t(index === 0 ? 'periodA' : 'periodB')} ${t('periodEnds')}`}
              />
            </label>
            <label>
              <span>{t('periodDays')}</span>
              <InputNumber
                size="small"
                min={1}
                max={366}
                value={period.days}
                onChange={(days) => days && set(index as 0 | 1, { days })}
                aria-label={`${t(index === 0 ? 'periodA' : 'periodB')} ${t('periodDays')}`}
              />
            </label>
          </fieldset>
        ))}
      </div>
      {inPart && (
        <p className="sub" data-testid="period-in-part">
          {t('inPart')}
        </p>
      )}
      {error && <PanelProblem error={error} onRetry={() => void Promise.all([first.refetch(), second.refetch()])} />}
      {!missing && (
        <table className="compare-table" aria-label={t('comparePeriods')} data-testid="period-table">
          <thead>
            <tr>
              <th scope="col">{t('indicator')}</th>
              <th scope="col">{t('periodA')}</th>
              <th scope="col">{t('periodB')}</th>
              <th scope="col">{t('periodChange')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key}>
                <th scope="row">{t(row.title)}</th>
                <td data-fact={row.key}>{value(first.data, row)}</td>
                <td>{value(second.data, row)}</td>
                <td>{change(row)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {first.data && second.data && (
        <Part waiting={<Skeleton active />}>
          <PeriodChart first={first.data} second={second.data} />
        </Part>
      )}
    </>
  );
}
