import { useQuery } from '@tanstack/react-query';
import { client, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { HomeRow, HomeRows, HomeTile } from '../../kit/HomeTile';
import { words } from './words';

/** Exports of plain values that wait for one's agreement. */
export default function ExportsCard() {
  const { t, time } = useI18n(words);
  const page = useQuery({
    queryKey: ['export-requests', 'home'],
    queryFn: () => take(client.GET('/api/export-requests', { params: { query: { limit: 50 } } })),
  });
  const waiting = (page.data?.items ?? []).filter(({ granted, own }) => granted == null && !own);
  return (
    <HomeTile title={t('exportsWaiting')} to="/people/exports" of={page} testId="home-exports">
      {waiting.length === 0 ? (
        <p className="hint-text">{t('exportsWaitingNone')}</p>
      ) : (
        <HomeRows>
          {waiting.slice(0, 5).map((request) => (
            <HomeRow
              key={request.id}
              to="/people/exports"
              title={t('plainExportOf', { region: request.region_name, n: request.records })}
              note={time(request.requested_at)}
            />
          ))}
        </HomeRows>
      )}
    </HomeTile>
  );
}
