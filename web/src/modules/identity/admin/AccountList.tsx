import { DownloadOutlined, UploadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, Input, Select, Table, Tag } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useSearchParams } from 'react-router';
import { fileAt, fileName, keep } from '../../../kit/downloads';
import { PanelProblem } from '../../../kit/Problem';
import { useI18n } from '../../../i18n';
import { words } from '../words';
import { accountsQuery, useAccounts, type Account } from '../hooks';
import type { Rights } from './rights';
import { ImportDialog } from './ImportDialog';
import { InviteDialog } from './InviteDialog';
import { Pager } from '../../../kit/list/Pager';
import { states } from './states';
import { StateTag } from './StateTag';

/** The accounts of an agency, or of all in scope: searched, by state, a page at a time. */
export function AccountList({ agency, rights, onOpen }: { agency: number | null; rights: Rights; onOpen: (id: number) => void }) {
  const { t, time, number } = useI18n(words);
  const [text, setText] = useState('');
  const [asked, ask] = useSearchParams();
  const [state, setState] = useState<string | null>(() => states.find((known) => known === asked.get('state')) ?? null);
  const [sort, setSort] = useState('');
  const [before, setBefore] = useState<string[]>([]);
  // What is begun from elsewhere opens here once.
  const begun = rights.manage ? asked.get('do') : null;
  const doing = (what: string | null) => ask((before) => {
    const next = new URLSearchParams(before);
    if (what) next.set('do', what);
    else next.delete('do');
    return next;
  }, { replace: true });
  const q = useDeferredValue(text.trim());
  const wanted = { q, agency, state, sort };
  const page = useAccounts({ ...wanted, after: before.at(-1) ?? null });
  const taking = useMutation({
    mutationFn: async () => {
      const query = Object.entries({ ...accountsQuery(wanted), format: 'xlsx' }).map(([name, value]) => [name, String(value)]);
      keep(await fileAt(`/api/accounts?${new URLSearchParams(query).toString()}`), fileName(t('accountsFile'), 'xlsx'));
    },
  });
  return (
    <>
      <div className="filters">
        <Input.Search
          allowClear placeholder={t('accountSearch')} aria-label={t('accountSearch')} value={text} maxLength={50}
          onChange={({ target }) => {
            setText(target.value);
            setBefore([]);
          }}
        />
        <Select<string>
          value={state ?? ''} aria-label={t('state')} options={[{ value: '', label: t('stateAny') }, ...states.map((value) => ({ value: value as string, label: t(`state_${value}`) }))]}
          onChange={(next) => {
            setState(next || null);
            setBefore([]);
          }}
        />
        <div className="actions">
          <Button icon={<DownloadOutlined aria-hidden />} loading={taking.isPending} onClick={() => taking.mutate()}>{t('download')}</Button>
          {rights.manage && (
            <>
              <Button icon={<UploadOutlined aria-hidden />} onClick={() => doing('import')}>{t('peopleImport')}</Button>
              <Button type="primary" onClick={() => doing('invite')}>{t('invite')}</Button>
            </>
          )}
        </div>
      </div>
      {taking.error && <PanelProblem error={taking.error} onRetry={() => taking.mutate()} />}
      {page.error && <PanelProblem error={page.error} onRetry={() => void page.refetch()} />}
      <Table<Account>
        size="middle" rowKey="id" loading={page.isLoading} dataSource={page.data?.items ?? []} pagination={false} scroll={{ x: 'max-content' }} locale={{ emptyText: t('accountsNone') }}
        onRow={({ id }) => ({ onClick: () => onOpen(id), className: 'clickable' })}
        onChange={(_, __, sorter) => {
          const by = Array.isArray(sorter) ? sorter[0] : sorter;
          setSort(by?.order ? `${by.order === 'descend' ? '-' : ''}${String(by.columnKey)}` : '');
          setBefore([]);
        }}
        columns={[
          { title: t('personName'), key: 'name', sorter: true, render: (_, { id, name }) => <Button type="link" size="small" className="name-link" aria-label={t('accountOpen', { name })} onClick={() => onOpen(id)}>{name}</Button> },
          { title: t('login'), key: 'login', sorter: true, dataIndex: 'login' },
          { title: t('state'), key: 'state', sorter: true, render: (_, account) => <StateTag state={account.state} /> },
          { title: t('agency'), key: 'agency', sorter: true, dataIndex: 'agency' },
          { title: t('posts'), render: (_, { posts }) => posts.map((post, index) => <Tag key={`${index} ${post}`}>{post}</Tag>) },
          { title: t('signedInAt'), key: 'signed_in_at', sorter: true, render: (_, { signed_in_at }) => (signed_in_at ? time(signed_in_at) : t('never')) },
        ]}
      />
      {page.data?.total != null && <p className="total" aria-live="polite">{t('accountsTotal', { n: number(page.data.total) })}</p>}
      <Pager before={before} next={page.data?.next} onMove={setBefore} />
      {begun === 'import' && <ImportDialog onClose={() => doing(null)} />}
      {begun === 'invite' && <InviteDialog agency={agency} onClose={() => doing(null)} />}
    </>
  );
}
