import { useQuery } from '@tanstack/react-query';
import { Timeline } from 'antd';
import { useI18n } from '../../src/i18n';
import { RecordPage } from '../../src/kit/record/RecordPage';
import { ask, type WellVersion } from './queries';
import { words } from './words';

/** A well: what it is, and what it was. */
export function WellRecord({ id }: { id: number }) {
  const { t, time } = useI18n(words);
  const history = useQuery({
    queryKey: ['well', id],
    queryFn: ({ signal }) => ask<{ items: WellVersion[] }>(`/api/wells/${id}/history`, signal),
    retry: false,
  });
  const versions = history.data?.items ?? [];
  const now = versions[0];
  return (
    <RecordPage
      title={`#${id}`}
      facts={[[t('wellState'), now?.state]]}
      card={history.error && <p className="hint-text">{t('wellUnknown')}</p>}
      tabs={[
        {
          key: 'versions',
          title: t('wellVersions'),
          count: versions.length,
          body: (
            <Timeline
              items={versions.map(({ from, changed_by, why, state }) => ({
                key: from,
                content: `${time(from)} · ${state} · ${t('wellBy')}: ${changed_by} · ${t('wellWhy')}: ${why}`,
              }))}
            />
          ),
        },
      ]}
    />
  );
}
