import { client, take } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { type ListColumn, ListView } from '../../../kit/list/ListView';
import type { ListSource } from '../../../kit/list/useList';
import type { Agency } from '../hooks';
import { type TextKey, words } from '../words';
import { kinds } from './kinds';

const PAGE = 100;
const AGENCIES: ListSource<Agency> = {
  key: 'agencies',
  path: '/api/agencies',
  fetch: (query, signal) =>
    take(client.GET('/api/agencies', { params: { query: { ...query, limit: PAGE, count: true } as never }, signal })),
};

/** The agencies in scope as a list: sorted, taken along; one that is opened is chosen in the tree. */
export function AgencyList({ onOpen }: { onOpen: (id: number) => void }) {
  const { t, number } = useI18n(words);
  const columns: ListColumn<Agency>[] = [
    { key: 'name', title: t('agency'), isSorted: true, width: 260, render: ({ name }) => name },
    {
      key: 'kind',
      title: t('agencyKind'),
      isSorted: true,
      width: 140,
      render: ({ kind }) => (kinds.some((known) => known === kind) ? t(`kind_${kind}` as TextKey) : kind),
    },
    { key: 'region', isSorted: true, title: t('agencyRegion'), width: 180, render: ({ region }) => String(region) },
    { key: 'people', title: t('agencyPeople'), width: 100, render: ({ people }) => number(people) },
  ];
  return (
    <ListView<Agency>
      source={AGENCIES}
      rowKey={({ id }) => id}
      columns={columns}
      fileName={t('agencies')}
      empty={t('agenciesNone')}
      testId="agencies"
      onOpen={({ id }) => onOpen(id)}
    />
  );
}
