import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Alert, App, Button, Input, Skeleton } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useI18n } from '../../i18n';
import { chinaClock } from '../../i18n/clock';
import { useFailed } from '../../kit/form/faults';
import type { PageProps } from '../../kit/module';
import { Page } from '../../kit/Page';
import { PanelProblem } from '../../kit/Problem';
import classes from './Calendar.module.css';
import { countOf, isSame, withDay } from './days';
import { HoursCard } from './HoursCard';
import { LimitCard } from './LimitCard';
import { NoticeDialog } from './NoticeDialog';
import { type CalendarDay, type CalendarYear, useCalendar, useSaveYear, useYear } from './queries';
import { words } from './words';
import { YearSheet } from './YearSheet';

const FIRST = 1970;
const LAST = 2200;
const SYSTEM = 'system:';

/** A year as it is being changed. */
interface Draft {
  year: number;
  source: string;
  days: CalendarDay[];
}

/** The years' holidays, the hours that are worked, and when a limit ends. */
export default function CalendarPage({ session }: PageProps) {
  const { t } = useI18n(words);
  const mayChange = session.permissions.includes('calendar.manage');
  const [asked, ask] = useSearchParams();
  const [today] = useState(() => Number(chinaClock(new Date().toISOString()).slice(0, 4)));
  const wanted = Number(asked.get('year'));
  const year = Number.isInteger(wanted) && wanted >= FIRST && wanted <= LAST ? wanted : today;
  const [pasting, paste] = useState(false);
  const [draft, setDraft] = useState<Draft | null>(null);
  const overview = useCalendar();
  const loaded = useYear(year);
  const go = (to: number) => ask(to === today ? {} : { year: String(to) });
  const failed = loaded.error ?? overview.error;
  const hours = overview.data?.hours ?? [];
  const own = draft?.year === year ? draft : null;
  const shown = own ?? loaded.data;
  const isChanged =
    own !== null &&
    loaded.data !== undefined &&
    (own.source !== loaded.data.source || !isSame(own.days, loaded.data.days));
  const change = (part: Partial<Draft>) =>
    loaded.data && setDraft({ year, source: shown?.source ?? '', days: shown?.days ?? [], ...part });
  return (
    <Page actions={mayChange && <Button onClick={() => paste(true)}>{t('calendarPaste')}</Button>}>
      <div className={classes['layout']}>
        <section className="tile" aria-label={t('calendarYear', { year: String(year) })}>
          <div className={classes['head']}>
            <Button
              icon={<LeftOutlined aria-hidden />}
              aria-label={t('calendarEarlier')}
              disabled={year <= FIRST}
              onClick={() => go(year - 1)}
            />
            <h2>{t('calendarYear', { year: String(year) })}</h2>
            <Button
              icon={<RightOutlined aria-hidden />}
              aria-label={t('calendarLater')}
              disabled={year >= LAST}
              onClick={() => go(year + 1)}
            />
            <Legend />
          </div>
          {failed && (
            <PanelProblem error={failed} onRetry={() => void Promise.all([loaded.refetch(), overview.refetch()])} />
          )}
          {!shown && !loaded.error && <Skeleton active />}
          {loaded.data && shown && (
            <>
              {loaded.data.version === 0 && <Alert type="warning" showIcon title={t('calendarOpen')} />}
              <About saved={loaded.data} days={shown.days} />
              {mayChange && (
                <Changes
                  key={`${year} ${loaded.data.version}`}
                  draft={{ year, source: shown.source, days: [...shown.days] }}
                  version={loaded.data.version}
                  isChanged={isChanged}
                  onSource={(source) => change({ source })}
                  onEnd={() => setDraft(null)}
                />
              )}
              <YearSheet
                year={year}
                days={shown.days}
                hours={hours}
                {...(mayChange ? { onDay: (day, said) => change({ days: withDay(shown.days, day, said) }) } : {})}
              />
            </>
          )}
        </section>
        <div className={classes['side']}>
          <LimitCard />
          <HoursCard hours={hours} mayChange={mayChange} />
        </div>
      </div>
      {pasting && (
        <NoticeDialog
          onTake={(of, source, days) => {
            setDraft({ year: of, source, days });
            paste(false);
            go(of);
          }}
          onClose={() => paste(false)}
        />
      )}
    </Page>
  );
}

function Legend() {
  const { t } = useI18n(words);
  return (
    <ul className={classes['legend']}>
      {(['holiday', 'workday', 'weekend'] as const).map((kind) => (
        <li key={kind}>
          <span className={classes['day']} data-kind={kind} aria-hidden />
          {t(
            { holiday: 'calendarHolidays', workday: 'calendarWorkdays', weekend: 'calendarWeekend' }[
              kind
            ] as 'calendarHolidays',
          )}
        </li>
      ))}
    </ul>
  );
}

/** By which notice a year is arranged, what it adds up to, and who wrote it. */
function About({ saved, days }: { saved: CalendarYear; days: readonly CalendarDay[] }) {
  const { t, time } = useI18n(words);
  const by = saved.changed_by.startsWith(SYSTEM)
    ? t('calendarInitial')
    : saved.changed_at && t('calendarChanged', { name: saved.changed_by, time: time(saved.changed_at) });
  return (
    <p className={classes['about']} data-testid="calendar-sum">
      <span>{t('calendarSum', { off: countOf(days, 'holiday'), worked: countOf(days, 'workday') })}</span>
      {saved.source !== '' && <span>{`${t('calendarSource')}：${saved.source}`}</span>}
      {by && <span>{by}</span>}
    </p>
  );
}

/** The notice's number, and what becomes of what was changed. */
function Changes({
  draft,
  version,
  isChanged,
  onSource,
  onEnd,
}: {
  draft: Draft;
  version: number;
  isChanged: boolean;
  onSource: (source: string) => void;
  onEnd: () => void;
}) {
  const { t } = useI18n(words);
  const { message } = App.useApp();
  const failed = useFailed();
  const save = useSaveYear(draft.year, () => {
    void message.success(t('savedNow'));
    onEnd();
  });
  return (
    <div className={classes['head']}>
      <Input
        style={{ maxWidth: 320 }}
        value={draft.source}
        maxLength={200}
        aria-label={t('calendarSource')}
        placeholder={t('calendarSourceHint')}
        onChange={({ target }) => onSource(target.value)}
      />
      <Button
        type="primary"
        disabled={!isChanged}
        loading={save.isPending}
        onClick={() => save.mutate({ version, source: draft.source, days: draft.days }, { onError: failed })}
        data-testid="calendar-save"
      >
        {t('save')}
      </Button>
      {isChanged && (
        <>
          <Button onClick={onEnd}>{t('calendarUndo')}</Button>
          <span className="hint-text" role="status">
            {t('calendarUnsaved')}
          </span>
        </>
      )}
    </div>
  );
}
