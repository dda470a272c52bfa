import { App, Button, Segmented, Tag } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { client, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { useFailed } from '../../kit/form/faults';
import type { FilterDef } from '../../kit/list/Filter';
import { type ListColumn, ListView } from '../../kit/list/ListView';
import type { ListQuery, ListSource } from '../../kit/list/useList';
import { useModules } from '../../kit/module';
import { Page } from '../../kit/Page';
import { type ListedTask, useHands } from './queries';
import { words } from './words';

const PAGE = 50;
const VIEWS = ['all', 'mine', 'open'] as const;
type View = (typeof VIEWS)[number];

const tasksOf = (view: View): ListSource<ListedTask> => {
  const fixed: Record<View, ListQuery> = { all: {}, mine: { mine: 'true' }, open: { mine: 'false' } };
  return {
    key: 'tasks',
    path: '/api/tasks',
    fixed: fixed[view],
    fetch: (query, signal) =>
      take(client.GET('/api/tasks', { params: { query: { ...query, limit: PAGE, count: true } as never }, signal })),
  };
};

/** What waits for the reader, across all processes. */
export default function TasksPage() {
  const { t } = useI18n(words);
  const [asked, ask] = useSearchParams();
  const view = VIEWS.find((one) => one === asked.get('view')) ?? 'all';
  const filters: FilterDef[] = [{ name: 'q', title: t('taskSearch'), kind: 'text', most: 60 }];
  return (
    <Page>
      <ListView<ListedTask>
        key={view}
        source={tasksOf(view)}
        rowKey={({ id }) => id}
        columns={useColumns()}
        filters={filters}
        fileName={t('tasksTitle')}
        empty={t('tasksNone')}
        testId="tasks"
        actions={
          <Segmented<View>
            value={view}
            aria-label={t('tasksShown')}
            options={VIEWS.map((value) => ({ value, label: t(`tasks_${value}`) }))}
            onChange={(next) => ask(next === 'all' ? {} : { view: next })}
          />
        }
      />
    </Page>
  );
}

function useColumns(): ListColumn<ListedTask>[] {
  const { t, time, language } = useI18n(words);
  const addressOf = useThingAddress();
  const [now] = useState(() => Date.now());
  return [
    {
      key: 'label',
      title: t('taskNumber'),
      isSorted: true,
      width: 180,
      render: (task) => <Link to={addressOf(task)}>{task.label}</Link>,
    },
    {
      key: 'task_zh',
      title: t('taskWhat'),
      width: 120,
      render: ({ task_zh, task_en, role }) => (
        <>
          {language === 'en' ? task_en : task_zh} {role === 'helper' && <Tag>{t('taskHelper')}</Tag>}
        </>
      ),
    },
    { key: 'title', title: t('taskAbout'), width: 280, render: ({ title }) => title },
    {
      key: 'due_at',
      title: t('taskDue'),
      isSorted: true,
      width: 230,
      render: ({ due_at, soon_at }) =>
        due_at && (
          <>
            {time(due_at)}{' '}
            {Date.parse(due_at) < now ? (
              <Tag color="error">{t('taskLate')}</Tag>
            ) : (
              soon_at && Date.parse(soon_at) <= now && <Tag color="warning">{t('taskSoon')}</Tag>
            )}
          </>
        ),
    },
    { key: 'opened_at', title: t('taskSince'), isSorted: true, width: 160, render: ({ opened_at }) => time(opened_at) },
    { key: 'unit', title: t('taskUnit'), width: 160, render: ({ unit }) => unit ?? '' },
    {
      key: 'holder',
      title: t('taskHolder'),
      width: 120,
      render: ({ holder, is_mine }) => (is_mine ? t('taskMine') : (holder ?? '')),
    },
    { key: 'do', title: '', width: 160, render: (task) => <Hands task={task} address={addressOf(task)} /> },
  ];
}

/** The ways to take a task, to give it back, and to go on with it. */
function Hands({ task: { id, is_mine }, address }: { task: ListedTask; address: string }) {
  const { t } = useI18n(words);
  const { message } = App.useApp();
  const failed = useFailed();
  const hands = useHands();
  const change = (isTaken: boolean) =>
    hands.mutate(
      { id, isTaken },
      { onError: failed, onSuccess: () => void message.success(t(isTaken ? 'taskClaimed' : 'taskReleased')) },
    );
  return (
    <div className="actions">
      {is_mine ? (
        <>
          <Button size="small" type="primary" href={address}>
            {t('taskOpen')}
          </Button>
          <Button size="small" onClick={() => change(false)} loading={hands.isPending}>
            {t('taskRelease')}
          </Button>
        </>
      ) : (
        <Button size="small" onClick={() => change(true)} loading={hands.isPending}>
          {t('taskClaim')}
        </Button>
      )}
    </div>
  );
}

/** Where the thing of a task is worked on, as the module says that keeps it. */
function useThingAddress() {
  const modules = useModules();
  return ({ kind, thing }: ListedTask): string =>
    modules.map(({ addressOfThing }) => addressOfThing?.(kind, thing)).find((address) => address != null) ?? '/tasks';
}
