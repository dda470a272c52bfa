import { useLocation, useNavigate } from 'react-router';
import { useCodes } from '../../src/api/hooks';
import { useI18n } from '../../src/i18n';
import type { FilterDef } from '../../src/kit/list/Filter';
import { type ListColumn, ListView } from '../../src/kit/list/ListView';
import { Page } from '../../src/kit/Page';
import { type Well, wells } from './queries';
import { WellRecord } from './WellRecord';
import { words } from './words';

/** /wells: the list; /wells/{id}: one well's record. */
export default function WellsPage() {
  const { pathname } = useLocation();
  const id = pathname.split('/')[2];
  return id ? <WellRecord id={Number(id)} /> : <Wells />;
}

function Wells() {
  const { t, language, time, number } = useI18n(words);
  const navigate = useNavigate();
  const states = useCodes().data?.get('well_state');
  const called = (code: string) => {
    const state = states?.get(code);
    return (language === 'en' ? state?.name_en : state?.name) ?? code;
  };
  const filters: FilterDef[] = [
    { name: 'q', title: t('wellName'), kind: 'text' },
    {
      name: 'state',
      title: t('wellState'),
      kind: 'choice',
      options: [...(states?.keys() ?? [])].map((code) => ({ value: code, label: called(code) })),
    },
  ];
  const columns: ListColumn<Well>[] = [
    { key: 'name', title: t('wellName'), isSorted: true, render: ({ name }) => name },
    { key: 'state', title: t('wellState'), isSorted: true, render: ({ state }) => called(state) },
    {
      key: 'depth',
      title: t('wellDepth'),
      isSorted: true,
      render: ({ depth }) => (depth === null ? t('none') : number(depth, 1)),
    },
    {
      key: 'inspected_at',
      title: t('wellInspected'),
      isSorted: true,
      render: ({ inspected_at }) => (inspected_at ? time(inspected_at) : t('never')),
    },
  ];
  return (
    <Page>
      <ListView<Well>
        source={wells}
        rowKey={({ id }) => id}
        columns={columns}
        filters={filters}
        fileName="wells"
        empty={t('wellsNone')}
        onOpen={({ id }) => void navigate(`/wells/${id}`)}
        testId="wells"
      />
    </Page>
  );
}
