import { App as AntApp, Button, Grid, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n';
import { chinaClock } from '../../i18n/clock';
import { PanelProblem } from '../../kit/Problem';
import { EntryDrawer, ResultTag } from './EntryDrawer';
import { FilterBar } from './FilterBar';
import type { Filter } from './filter';
import { actionName } from './names';
import { downloadEntries, type Entry, useEntries, useTimeline } from './queries';
import { Timeline } from './Timeline';
import { words } from './words';

/** What was done: filtered, over time, one by one. */
export function Entries({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }) {
  const { t } = useI18n(words);
  const { message } = AntApp.useApp();
  const [chosen, choose] = useState<Entry | null>(null);
  const [saving, setSaving] = useState(false);
  // A phone has room for when, who, what and how it ended: the year goes, and what stands below who.
  const wide = Grid.useBreakpoint().sm ?? true;
  const entries = useEntries(filter);
  const timeline = useTimeline(filter);
  const rows = entries.data?.pages.flatMap((page) => page.items) ?? [];
  const save = async () => {
    setSaving(true);
    try {
      await downloadEntries(filter, t('auditTitle'));
      void message.success(t('auditExported'));
    } catch (error) {
      void message.error(error instanceof Error && error.message !== '' ? error.message : t('network'));
    }
    setSaving(false);
  };
  const columns: TableColumnsType<Entry> = [
    {
      title: t('auditTime'),
      key: 'at',
      width: wide ? 176 : 124,
      render: (_, entry) => (
        <Button
          type="link"
          size="small"
          className="audit-open"
          onClick={() => choose(entry)}
          aria-label={t('auditOpenEntry', { id: String(entry.id) })}
        >
          {chinaClock(entry.at)
            .replace('T', ' ')
            .slice(wide ? 0 : 5)}
        </Button>
      ),
    },
    {
      title: t('auditActor'),
      key: 'actor',
      ellipsis: true,
      render: (_, entry) => (
        <>
          {entry.actor}
          {entry.post !== '' && <small className="audit-quiet"> {entry.post}</small>}
          {!wide && <Action action={entry.action} />}
        </>
      ),
    },
    {
      title: t('auditAction'),
      key: 'action',
      width: 210,
      ellipsis: true,
      responsive: ['sm'],
      render: (_, { action }) => <Action action={action} />,
    },
    {
      title: t('auditObject'),
      key: 'object',
      ellipsis: true,
      responsive: ['md'],
      render: (_, { about, object }) =>
        about ? (
          <>
            {about}
            <small className="audit-quiet"> {object}</small>
          </>
        ) : (
          object
        ),
    },
    { title: t('auditAddress'), dataIndex: 'address', width: 150, ellipsis: true, responsive: ['lg'] },
    { title: t('auditPurpose'), dataIndex: 'purpose', width: 140, ellipsis: true, responsive: ['xl'] },
    { title: t('auditResult'), key: 'result', width: 84, render: (_, { result }) => <ResultTag result={result} /> },
  ];
  return (
    <>
      <FilterBar filter={filter} onFilter={onFilter} />
      <section className="card" aria-label={t('auditTimeline')}>
        {timeline.data && <Timeline timeline={timeline.data} filter={filter} />}
        {timeline.error && <PanelProblem error={timeline.error} onRetry={() => void timeline.refetch()} />}
      </section>
      <section className="card audit-list" aria-label={t('auditEntries')} aria-busy={entries.isFetching}>
        <div className="audit-list-head">
          <h2>{t('auditEntries')}</h2>
          <Button onClick={() => void save()} loading={saving} data-testid="audit-export">
            {t('auditExport')}
          </Button>
        </div>
        {entries.error && <PanelProblem error={entries.error} onRetry={() => void entries.refetch()} />}
        <Table<Entry>
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={rows}
          pagination={false}
          loading={entries.isPending}
          tableLayout="fixed"
          locale={{ emptyText: t('auditNone') }}
        />
        {entries.hasNextPage && (
          <Button
            block
            onClick={() => void entries.fetchNextPage()}
            loading={entries.isFetchingNextPage}
            data-testid="audit-more"
          >
            {t('auditMore')}
          </Button>
        )}
      </section>
      <EntryDrawer entry={chosen} onClose={() => choose(null)} />
    </>
  );
}

/** An action by its name, and by what the filter takes. */
function Action({ action }: { action: string }) {
  const { t } = useI18n(words);
  const name = actionName(action, t);
  return (
    <span className="audit-action">
      {name}
      {name !== action && <small className="audit-quiet"> {action}</small>}
    </span>
  );
}
