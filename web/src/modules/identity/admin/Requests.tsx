import { Empty, Segmented, Skeleton } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../../i18n';
import { Pager } from '../../../kit/list/Pager';
import { PanelProblem } from '../../../kit/Problem';
import { useRequests } from '../hooks';
import { words } from '../words';
import { RequestRow } from './RequestRow';
import type { Rights } from './rights';

type View = 'waiting' | 'decided';

/** What raises rights: what waits to be agreed to, and what was decided. */
export function Requests({ rights }: { rights: Rights }) {
  const { t } = useI18n(words);
  const [view, setView] = useState<View>('waiting');
  const [before, setBefore] = useState<number[]>([]);
  const page = useRequests(view === 'waiting', before.at(-1) ?? null);
  const items = page.data?.items ?? [];
  return (
    <section className="tile" aria-label={t('admin_requests')}>
      <div className="tile-head">
        <h2>{t('admin_requests')}</h2>
        <Segmented<View>
          value={view}
          options={[
            { value: 'waiting', label: t('requestsWaiting') },
            { value: 'decided', label: t('requestsDecided') },
          ]}
          onChange={(next) => {
            setView(next);
            setBefore([]);
          }}
        />
      </div>
      {page.error && <PanelProblem error={page.error} onRetry={() => void page.refetch()} />}
      {page.isLoading && <Skeleton active />}
      {page.data && items.length === 0 && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={t(view === 'waiting' ? 'waitingNone' : 'requestsNoneDecided')}
        />
      )}
      <ul className="rows">
        {items.map((request) => (
          <RequestRow key={request.id} request={request} rights={rights} />
        ))}
      </ul>
      <Pager before={before} next={page.data?.next} onMove={setBefore} />
    </section>
  );
}
