import { UploadOutlined } from '@ant-design/icons';
import { Button, Input, Select, Table, Tag } from 'antd';
import { useDeferredValue, useState } from 'react';
import { PanelProblem } from '../../desk/Problem';
import { useI18n } from '../../i18n';
import { useAccounts, type Account } from '../hooks';
import type { Rights } from './Admin';
import { ImportDialog } from './ImportDialog';
import { InviteDialog } from './InviteDialog';
import { Pager } from './Pager';
import { states } from './states';
import { StateTag } from './StateTag';

/** The accounts of an agency, or of all in scope: searched, by state, a page at a time. */
export function AccountList({ agency, rights, onOpen }: { agency: number | null; rights: Rights; onOpen: (id: number) => void }) {
  const { t, time } = useI18n();
  const [text, setText] = useState('');
  const [state, setState] = useState<string | null>(null);
  const [before, setBefore] = useState<number[]>([]);
  const [importing, setImporting] = useState(false);
  const [inviting, setInviting] = useState(false);
  const q = useDeferredValue(text.trim());
  const page = useAccounts({ q, agency, state, after: before.at(-1) ?? null });
  return (
    <>
      <div className="filters">
        <Input.Search
          allowClear placeholder={t('accountSearch')} aria-label={t('accountSearch')} value={text} maxLength={60}
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
        {rights.manage && (
          <div className="actions">
            <Button icon={<UploadOutlined aria-hidden />} onClick={() => setImporting(true)}>{t('peopleImport')}</Button>
            <Button type="primary" onClick={() => setInviting(true)}>{t('invite')}</Button>
          </div>
        )}
      </div>
      {page.error && <PanelProblem error={page.error} onRetry={() => void page.refetch()} />}
      <Table<Account>
        size="middle" rowKey="id" loading={page.isLoading} dataSource={page.data?.items ?? []} pagination={false} scroll={{ x: 'max-content' }} locale={{ emptyText: t('accountsNone') }}
        onRow={({ id }) => ({ onClick: () => onOpen(id), className: 'clickable' })}
        columns={[
          { title: t('personName'), render: (_, { id, name }) => <Button type="link" size="small" className="name-link" aria-label={t('accountOpen').replace('{name}', name)} onClick={() => onOpen(id)}>{name}</Button> },
          { title: t('login'), dataIndex: 'login' },
          { title: t('state'), render: (_, account) => <StateTag state={account.state} /> },
          { title: t('agency'), dataIndex: 'agency' },
          { title: t('posts'), render: (_, { posts }) => posts.map((post, index) => <Tag key={`${index} ${post}`}>{post}</Tag>) },
          { title: t('signedInAt'), render: (_, { signed_in_at }) => (signed_in_at ? time(signed_in_at) : t('never')) },
        ]}
      />
      <Pager before={before} next={page.data?.next} onMove={setBefore} />
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
      {inviting && <InviteDialog agency={agency} onClose={() => setInviting(false)} />}
    </>
  );
}
