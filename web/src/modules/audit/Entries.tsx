import { Button, Card } from 'antd';
import { useState } from 'react';
import { client, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { chinaClock } from '../../i18n/clock';
import type { FilterDef } from '../../kit/list/Filter';
import { type ListColumn, ListView } from '../../kit/list/ListView';
import type { ListQuery, ListSource } from '../../kit/list/useList';
import { PanelProblem } from '../../kit/Problem';
import { EntryDrawer, ResultTag } from './EntryDrawer';
import { ACTIONS, actionName, actorName, results } from './names';
import { type Entry, useTimeline } from './queries';
import { Timeline } from './Timeline';
import { words } from './words';

const PAGE = 50;

const entries: ListSource<Entry> = {
  key: 'audit',
  path: '/api/audit',
  fetch: (query, signal) =>
    take(client.GET('/api/audit', { params: { query: { ...query, limit: PAGE } as never }, signal })),
};

/** What was done: filtered, over time, one by one. */
export function Entries() {
  const { t } = useI18n(words);
  const [chosen, choose] = useState<Entry | null>(null);
  const filters: FilterDef[] = [
    { name: 'from', until: 'to', title: t('auditSpan'), usually: t('auditUsualSpan'), kind: 'period' },
    { name: 'actor', title: t('auditActorHint'), kind: 'text', most: 100, isSlow: true },
    {
      name: 'action',
      title: t('auditAction'),
      kind: 'choices',
      most: 40,
      options: Object.entries(ACTIONS).map(([group, actions]) => ({
        label: t(`auditGroup_${group as keyof typeof ACTIONS}`),
        options: actions.map((action) => ({ value: action, label: actionName(action, t) })),
      })),
    },
    { name: 'object', title: t('auditObjectHint'), kind: 'text', most: 100, isSlow: true },
    { name: 'region', title: t('auditRegion'), kind: 'region' },
    {
      name: 'result',
      title: t('auditResult'),
      kind: 'choice',
      options: results.map((value) => ({ value, label: t(`result_${value}`) })),
    },
    { name: 'address', title: t('auditAddress'), kind: 'text', most: 100, isSlow: true },
    { name: 'text', title: t('auditText'), kind: 'text', most: 100, isSlow: true },
  ];
  const columns: ListColumn<Entry>[] = [
    {
      key: 'at',
      title: t('auditTime'),
      isSorted: true,
      width: 190,
      render: (entry) => (
        <Button
          type="link"
          size="small"
          className="audit-open"
          aria-label={t('auditOpenEntry', { id: String(entry.id) })}
          onClick={(event) => {
            event.stopPropagation();
            choose(entry);
          }}
        >
          {chinaClock(entry.at).replace('T', ' ')}
        </Button>
      ),
    },
    {
      key: 'actor',
      title: t('auditActor'),
      width: 180,
      render: ({ actor, post }) => (
        <>
          {actorName(actor, t)}
          {post !== '' && <small className="audit-quiet"> {post}</small>}
        </>
      ),
    },
    { key: 'action', title: t('auditAction'), width: 240, render: ({ action }) => <Action action={action} /> },
    {
      key: 'object',
      title: t('auditObject'),
      width: 240,
      render: ({ about, object }) =>
        about ? (
          <>
            {about}
            <small className="audit-quiet"> {object}</small>
          </>
        ) : (
          object
        ),
    },
    { key: 'result', title: t('auditResult'), width: 90, render: ({ result }) => <ResultTag result={result} /> },
    { key: 'address', title: t('auditAddress'), width: 150, render: ({ address }) => address },
    { key: 'purpose', title: t('auditPurpose'), width: 160, render: ({ purpose }) => purpose },
    { key: 'request_id', title: t('auditRequest'), width: 170, isUsual: false, render: (entry) => entry.request_id },
  ];
  return (
    <>
      <ListView<Entry>
        source={entries}
        rowKey={({ id }) => id}
        columns={columns}
        filters={filters}
        fileName={t('auditTitle')}
        empty={t('auditNone')}
        testId="audit-entries"
        onOpen={choose}
        above={({ query }) => <OverTime query={query} />}
      />
      <EntryDrawer entry={chosen} onClose={() => choose(null)} />
    </>
  );
}

/** How many of the entries there were in each hour or day. */
function OverTime({ query }: { query: ListQuery }) {
  const { t } = useI18n(words);
  const timeline = useTimeline(query);
  return (
    <Card size="small" role="region" aria-label={t('auditTimeline')}>
      {timeline.data && <Timeline timeline={timeline.data} from={query['from']} to={query['to']} />}
      {timeline.error && <PanelProblem error={timeline.error} onRetry={() => void timeline.refetch()} />}
    </Card>
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
