import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n';
import { useFailed } from '../../kit/form/faults';
import classes from './Calendar.module.css';
import { clockOf } from './days';
import { HoursDialog } from './HoursDialog';
import { type CalendarHours, useDropHours } from './queries';
import { words } from './words';

/** The hours that are worked, by the day from which they hold. */
export function HoursCard({ hours, mayChange }: { hours: readonly CalendarHours[]; mayChange: boolean }) {
  const { t } = useI18n(words);
  const failed = useFailed();
  const drop = useDropHours();
  const [asked, ask] = useState<CalendarHours | 'new' | null>(null);
  const day = (number: number) => t('calendarWeekday', { day: t(`calendarWeekday_${number as 1}`) });
  return (
    <section className="tile" aria-label={t('calendarHours')} data-testid="calendar-hours">
      <div className="tile-head">
        <h2>{t('calendarHours')}</h2>
        {mayChange && <Button onClick={() => ask('new')}>{t('calendarHoursAdd')}</Button>}
      </div>
      <ul className={classes['hours']}>
        {hours.toReversed().map((one) => (
          <li key={one.valid_from}>
            <strong>{t('calendarHoursFrom', { day: one.valid_from })}</strong>
            <span>{one.periods.map(({ start, end }) => `${clockOf(start)}–${clockOf(end)}`).join('  ')}</span>
            <small>{one.weekdays.map(day).join(' ')}</small>
            {mayChange && (
              <div className="actions">
                <Button size="small" onClick={() => ask(one)}>
                  {t('calendarHoursChange')}
                </Button>
                {hours.length > 1 && (
                  <Popconfirm
                    title={t('calendarHoursDropSure')}
                    onConfirm={() => drop.mutate(one.valid_from, { onError: failed })}
                  >
                    <Button size="small" danger>
                      {t('calendarHoursDrop')}
                    </Button>
                  </Popconfirm>
                )}
              </div>
            )}
          </li>
        ))}
      </ul>
      {asked && <HoursDialog of={asked === 'new' ? null : asked} usual={hours.at(-1)} onClose={() => ask(null)} />}
    </section>
  );
}
