import { UploadOutlined } from '@ant-design/icons';
import { Button, Tag } from 'antd';
import { useSearchParams } from 'react-router';
import { client, take } from '../../../api/client';
import { useI18n } from '../../../i18n';
import type { FilterDef } from '../../../kit/list/Filter';
import { type ListColumn, ListView } from '../../../kit/list/ListView';
import type { ListSource } from '../../../kit/list/useList';
import type { Account } from '../hooks';
import { type TextKey, words } from '../words';
import { ImportDialog } from './ImportDialog';
import { InviteDialog } from './InviteDialog';
import type { Rights } from './rights';
import { StateTag } from './StateTag';
import { states } from './states';

const PAGE = 100;

/** The accounts of an agency, or of all in scope. */
const accountsOf = (agency: number | null): ListSource<Account> => ({
  key: 'accounts',
  path: '/api/accounts',
  fixed: agency === null ? {} : { agency: String(agency) },
  fetch: (query, signal) =>
    take(client.GET('/api/accounts', { params: { query: { ...query, limit: PAGE, count: true } as never }, signal })),
});

/** The accounts of an agency, or of all in scope: searched, by state, taken along. */
export function AccountList({
  agency,
  rights,
  onOpen,
}: {
  agency: number | null;
  rights: Rights;
  onOpen: (id: number) => void;
}) {
  const { t, time } = useI18n(words);
  const [asked, ask] = useSearchParams();
  // What is begun from elsewhere opens here once.
  const begun = rights.manage ? asked.get('do') : null;
  const doing = (what: string | null) =>
    ask(
      (before) => {
        const next = new URLSearchParams(before);
        if (what) next.set('do', what);
        else next.delete('do');
        return next;
      },
      { replace: true },
    );
  const filters: FilterDef[] = [
    { name: 'q', title: t('accountSearch'), kind: 'text' },
    {
      name: 'state',
      title: t('state'),
      kind: 'choice',
      options: states.map((value) => ({ value, label: t(`state_${value}` as TextKey) })),
    },
  ];
  const columns: ListColumn<Account>[] = [
    {
      key: 'name',
      title: t('personName'),
      isSorted: true,
      render: ({ id, name }) => (
        <Button
          type="link"
          size="small"
          className="name-link"
          aria-label={t('accountOpen', { name })}
          onClick={(event) => {
            event.stopPropagation();
            onOpen(id);
          }}
        >
          {name}
        </Button>
      ),
    },
    { key: 'login', title: t('login'), isSorted: true, render: ({ login }) => login },
    { key: 'state', title: t('state'), isSorted: true, width: 150, render: ({ state }) => <StateTag state={state} /> },
    { key: 'agency', title: t('agency'), isSorted: true, width: 200, render: (account) => account.agency },
    {
      key: 'posts',
      title: t('posts'),
      width: 260,
      render: ({ posts }) => posts.map((post, index) => <Tag key={`${index} ${post}`}>{post}</Tag>),
    },
    {
      key: 'signed_in_at',
      title: t('signedInAt'),
      isSorted: true,
      width: 170,
      render: ({ signed_in_at }) => (signed_in_at ? time(signed_in_at) : t('never')),
    },
  ];
  return (
    <>
      <ListView<Account>
        source={accountsOf(agency)}
        rowKey={({ id }) => id}
        columns={columns}
        filters={filters}
        fileName={t('accountsFile')}
        empty={t('accountsNone')}
        testId="accounts"
        onOpen={({ id }) => onOpen(id)}
        actions={
          rights.manage && (
            <>
              <Button icon={<UploadOutlined aria-hidden />} onClick={() => doing('import')}>
                {t('peopleImport')}
              </Button>
              <Button type="primary" onClick={() => doing('invite')}>
                {t('invite')}
              </Button>
            </>
          )
        }
      />
      {begun === 'import' && <ImportDialog onClose={() => doing(null)} />}
      {begun === 'invite' && <InviteDialog agency={agency} onClose={() => doing(null)} />}
    </>
  );
}
