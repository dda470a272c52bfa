import { Input, Popover, Segmented } from 'antd';
import { useI18n } from '../../i18n';
import classes from './Calendar.module.css';
import { hoursOf, type SheetDay, weeksOf } from './days';
import type { CalendarDay, CalendarHours } from './queries';
import { words } from './words';

interface Props {
  year: number;
  days: readonly CalendarDay[];
  hours: readonly CalendarHours[];
  /** Says something of a day; not given to who only reads. */
  onDay?: (day: string, said: Omit<CalendarDay, 'day'> | null) => void;
}

const MONTHS = Array.from({ length: 12 }, (_, at) => at + 1);
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** The twelve months of a year: holidays, days worked in their place, weekends. */
export function YearSheet({ year, days, hours, onDay }: Props) {
  const { t } = useI18n(words);
  const said = new Map(days.map((one) => [one.day, one]));
  return (
    <div className={classes['sheet']} data-testid="calendar-sheet">
      {MONTHS.map((month) => (
        <table key={month} className={classes['month']}>
          <caption>{t('calendarMonth', { month })}</caption>
          <thead>
            <tr>
              {WEEKDAYS.map((day) => (
                <th key={day} scope="col">
                  {t(`calendarWeekday_${day}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weeksOf(year, month).map((week, at) => (
              <tr key={week.find((day) => day !== null)?.day ?? at}>
                {week.map((day, column) => (
                  <td key={WEEKDAYS[column]}>
                    {day && (
                      <Day
                        day={day}
                        said={said.get(day.day)}
                        isOff={!(hoursOf(hours, day.day)?.weekdays.includes(day.weekday) ?? true)}
                        {...(onDay ? { onDay } : {})}
                      />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </div>
  );
}

interface DayProps {
  day: SheetDay;
  said: CalendarDay | undefined;
  isOff: boolean;
  onDay?: NonNullable<Props['onDay']>;
}

function Day({ day: { day }, said, isOff, onDay }: DayProps) {
  const { t } = useI18n(words);
  const kind = said?.kind ?? (isOff ? 'weekend' : 'plain');
  const mark = said && t(said.kind === 'holiday' ? 'calendarHoliday' : 'calendarWorkday');
  const content = (
    <>
      {Number(day.slice(8))}
      {mark && <sup>{mark}</sup>}
    </>
  );
  const label = [day, said?.name, mark ?? (isOff ? t('calendarWeekend') : '')].filter(Boolean).join(' ');
  if (!onDay)
    return (
      <span className={classes['day']} data-kind={kind} title={said?.name}>
        {content}
      </span>
    );
  return (
    <Popover
      trigger="click"
      destroyOnHidden
      title={day}
      content={<SaidOfDay day={day} said={said} isOff={isOff} onDay={onDay} />}
    >
      <button type="button" className={classes['day']} data-kind={kind} title={said?.name} aria-label={label}>
        {content}
      </button>
    </Popover>
  );
}

/** What is said of one day. */
function SaidOfDay({
  day,
  said,
  isOff,
  onDay,
}: {
  day: string;
  said: CalendarDay | undefined;
  isOff: boolean;
  onDay: NonNullable<Props['onDay']>;
}) {
  const { t } = useI18n(words);
  const name = said?.name ?? '';
  return (
    <div className={classes['said']}>
      <Segmented<'plain' | CalendarDay['kind']>
        value={said?.kind ?? 'plain'}
        aria-label={t('calendarDayKind')}
        options={[
          { value: 'plain', label: t('calendarOrdinary') },
          { value: 'holiday', label: t('calendarHolidays') },
          // A weekday is worked by itself.
          { value: 'workday', label: t('calendarWorkdays'), disabled: !isOff },
        ]}
        onChange={(kind) => onDay(day, kind === 'plain' ? null : { kind, name: name || t('calendarHolidays') })}
      />
      {said && (
        <Input
          value={name}
          maxLength={40}
          aria-label={t('calendarDayName')}
          placeholder={t('calendarDayName')}
          onChange={({ target }) => onDay(day, { kind: said.kind, name: target.value })}
        />
      )}
    </div>
  );
}
