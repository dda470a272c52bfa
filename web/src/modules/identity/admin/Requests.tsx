import { Segmented } from 'antd';
import { useSearchParams } from 'react-router';
import { client, take } from '../../../api/client';
import { useCodes } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import type { FilterDef } from '../../../kit/list/Filter';
import { type ListColumn, ListView } from '../../../kit/list/ListView';
import type { ListSource } from '../../../kit/list/useList';
import type { RightsRequest } from '../hooks';
import { words } from '../words';
import { RequestDecided, RequestDecision, RequestWish } from './RequestParts';
import type { Rights } from './rights';

const PAGE = 50;
const DECIDED = 'decided';

/** Requests that wait, or those that are decided. */
const requestsOf = (open: boolean): ListSource<RightsRequest> => ({
  key: 'requests',
  path: '/api/rights-requests',
  fixed: { open: String(open) },
  fetch: (query, signal) =>
    take(
      client.GET('/api/rights-requests', {
        params: { query: { ...query, limit: PAGE, count: true } as never },
        signal,
      }),
    ),
});

/** What raises rights: what waits to be agreed to, and what was decided. */
export function Requests({ rights }: { rights: Rights }) {
  const { t, time, language } = useI18n(words);
  const codes = useCodes().data?.get('request_kind');
  const [asked, ask] = useSearchParams();
  const isOpen = asked.get('view') !== DECIDED;
  const kinds = [...(codes?.values() ?? [])].map(({ code, name, name_en }) => ({
    value: code,
    label: language === 'en' ? name_en : name,
  }));
  const filters: FilterDef[] = [
    { name: 'q', title: t('requestSearch'), kind: 'text' },
    { name: 'kind', title: t('requestKind'), kind: 'choice', options: kinds },
  ];
  const columns: ListColumn<RightsRequest>[] = [
    {
      key: 'body',
      title: t('requestWhat'),
      width: 420,
      isLong: true,
      render: (request) => <RequestWish request={request} />,
    },
    { key: 'reason', title: t('reason'), width: 220, isLong: true, render: ({ reason }) => reason },
    { key: 'requested_by', title: t('requestedBy'), isSorted: true, render: (request) => request.requested_by },
    {
      key: 'requested_at',
      title: t('requestedAt'),
      isSorted: true,
      width: 160,
      render: ({ requested_at }) => time(requested_at),
    },
    isOpen
      ? {
          key: 'decision',
          title: t('requestDecision'),
          width: 170,
          render: (request) => <RequestDecision request={request} rights={rights} />,
        }
      : {
          key: 'decided_at',
          title: t('requestOutcome'),
          isSorted: true,
          width: 260,
          isLong: true,
          render: (request) => <RequestDecided request={request} />,
        },
  ];
  return (
    <ListView<RightsRequest>
      key={String(isOpen)}
      source={requestsOf(isOpen)}
      rowKey={({ id }) => id}
      columns={columns}
      filters={filters}
      fileName={t('admin_requests')}
      empty={t(isOpen ? 'waitingNone' : 'requestsNoneDecided')}
      testId="requests"
      actions={
        <Segmented<boolean>
          value={isOpen}
          options={[
            { value: true, label: t('requestsWaiting') },
            { value: false, label: t('requestsDecided') },
          ]}
          onChange={(open) => ask(open ? {} : { view: DECIDED })}
        />
      }
    />
  );
}
