import { DatePicker, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n';
import { chinaClock, fromPicker, toPicker } from '../../i18n/clock';
import { PanelProblem } from '../../kit/Problem';
import classes from './Calendar.module.css';
import { type Unit, useLimitEnd } from './queries';
import { words } from './words';

const UNITS: readonly Unit[] = ['working_days', 'working_minutes', 'clock_minutes'];
const HOUR_MINUTES = 60;
const MOST = 1_000;

/** A moment at which something ends: midnight is the end of the day before. */
function endOf(at: string, time: (iso: string) => string): string {
  if (!chinaClock(at).endsWith('T00:00:00')) return time(at);
  const [day] = time(new Date(Date.parse(at) - 1_000).toISOString()).split(' ');
  return `${day} 24:00`;
}

/** When a limit ends that begins at a moment. */
export function LimitCard() {
  const { t, time } = useI18n(words);
  const [from, setFrom] = useState(() => new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString());
  const [unit, setUnit] = useState<Unit>('working_days');
  const [amount, setAmount] = useState(5);
  const end = useLimitEnd({ unit, amount: unit === 'working_days' ? amount : Math.round(amount * HOUR_MINUTES), from });
  return (
    <section className="tile" aria-label={t('calendarLimit')} data-testid="calendar-limit">
      <h2>{t('calendarLimit')}</h2>
      <div className={classes['limit']}>
        <DatePicker
          showTime={{ format: 'HH:mm' }}
          format="YYYY-MM-DD HH:mm"
          allowClear={false}
          aria-label={t('calendarLimitFrom')}
          value={toPicker(from)}
          onChange={(picked) => picked && setFrom(fromPicker(picked))}
        />
        <InputNumber
          min={unit === 'working_days' ? 1 : 0.5}
          max={MOST}
          {...(unit === 'working_days' ? { precision: 0 } : { step: 0.5 })}
          aria-label={t('calendarLimitAmount')}
          value={amount}
          onChange={(next) => setAmount(next ?? 1)}
        />
        <Select<Unit>
          value={unit}
          aria-label={t('calendarLimitAmount')}
          popupMatchSelectWidth={false}
          options={UNITS.map((value) => ({ value, label: t(`calendarUnit_${value}`) }))}
          onChange={(next) => {
            setUnit(next);
            setAmount((before) => Math.max(1, Math.round(before)));
          }}
        />
      </div>
      {end.error && <PanelProblem error={end.error} onRetry={() => void end.refetch()} />}
      {end.data && (
        <dl className={classes['ends']} aria-live="polite">
          <div>
            <dt>{t('calendarDue')}</dt>
            <dd data-testid="limit-due">{endOf(end.data.due_at, time)}</dd>
          </div>
          <div>
            <dt>{t('calendarYellow')}</dt>
            <dd>{time(end.data.yellow_at)}</dd>
          </div>
        </dl>
      )}
      {end.data?.first_open_year != null && (
        <p className="hint-text">{t('calendarOpenYear', { year: String(end.data.first_open_year) })}</p>
      )}
    </section>
  );
}
