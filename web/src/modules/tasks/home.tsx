import { useState } from 'react';
import { useI18n } from '../../i18n';
import { HomeFigure, HomeFigures, HomeRow, HomeRows, HomeTile } from '../../kit/HomeTile';
import { useModules } from '../../kit/module';
import { useWaiting } from './queries';
import { words } from './words';

const ROWS = 5;

/** What waits for the reader: how much, and the most urgent of it. */
export default function TasksCard() {
  const { t, time, language, number } = useI18n(words);
  const modules = useModules();
  const waiting = useWaiting(ROWS);
  const [now] = useState(() => Date.now());
  const items = waiting.data?.items ?? [];
  return (
    <HomeTile title={t('tasksTitle')} of={waiting} testId="home-tasks" to="/tasks">
      <HomeFigures>
        <HomeFigure label={t('tasksWaiting')} value={number(waiting.data?.total ?? 0)} />
      </HomeFigures>
      <HomeRows>
        {items.map(({ id, kind, thing, label, title, task_zh, task_en, due_at }) => (
          <HomeRow
            key={id}
            to={
              modules.map(({ addressOfThing }) => addressOfThing?.(kind, thing)).find((one) => one != null) ?? '/tasks'
            }
            title={`${language === 'en' ? task_en : task_zh} · ${title || label}`}
            note={due_at ? (Date.parse(due_at) < now ? t('tasksLate') : time(due_at)) : ''}
          />
        ))}
      </HomeRows>
      {waiting.data && items.length === 0 && <p className="hint-text">{t('tasksNone')}</p>}
    </HomeTile>
  );
}
