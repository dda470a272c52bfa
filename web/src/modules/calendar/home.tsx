import { useState } from 'react';
import { useI18n } from '../../i18n';
import { chinaClock } from '../../i18n/clock';
import { HomeRow, HomeRows, HomeTile } from '../../kit/HomeTile';
import { useCalendar } from './queries';
import { words } from './words';

/** The notice of a year comes in the autumn before; until then nothing is said of it. */
const AUTUMN = 11;

/** Whether the holidays are entered of this year, and from November on of the next. */
export default function CalendarCard() {
  const { t } = useI18n(words);
  const calendar = useCalendar();
  const [today] = useState(() => chinaClock(new Date().toISOString()));
  const year = Number(today.slice(0, 4));
  const needed = Number(today.slice(5, 7)) >= AUTUMN ? [year, year + 1] : [year];
  return (
    <HomeTile title={t('calendarHome')} to="/calendar" of={calendar} testId="home-calendar">
      <HomeRows>
        {needed.map((one) => (
          <HomeRow
            key={one}
            to={`/calendar?year=${one}`}
            title={t(calendar.data?.years.includes(one) ? 'calendarHomeDone' : 'calendarHomeOpen', {
              year: String(one),
            })}
          />
        ))}
      </HomeRows>
    </HomeTile>
  );
}
