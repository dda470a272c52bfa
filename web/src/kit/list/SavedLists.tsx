import { DeleteOutlined, StarOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Popover, Space } from 'antd';
import { useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { client, done, type Schemas, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { useFailed } from '../form/faults';
import classes from './List.module.css';

const MAX_NAME = 60;
const QUERY = { queryKey: ['saved', 'lists'] };

/** The address within the product that a list was kept with; nothing for what is no list. */
function addressOf({ body }: Schemas['SavedView']): { page: string; search: string } | null {
  const said = (body ?? {}) as { page?: unknown; search?: unknown };
  const isOurs = typeof said.page === 'string' && /^\/(?![/\\])/.test(said.page);
  return isOurs && typeof said.search === 'string' ? { page: said.page as string, search: said.search } : null;
}

/** What the reader has kept of this page's list: its filters and its order, by a name. */
export function SavedLists() {
  const { t } = useI18n();
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const failed = useFailed();
  const [name, setName] = useState('');
  const saved = useQuery({
    ...QUERY,
    queryFn: async () => (await take(client.GET('/api/saved', { params: { query: { kind: 'list' } } }))).items,
  });
  const changed = () => void queries.invalidateQueries(QUERY);
  const keep = useMutation({
    mutationFn: () =>
      take(client.POST('/api/saved', { body: { kind: 'list', name: name.trim(), body: { page: pathname, search } } })),
    onSuccess: () => {
      setName('');
      changed();
    },
    onError: failed,
  });
  const forget = useMutation({
    mutationFn: (id: number) => done(client.DELETE('/api/saved/{id}', { params: { path: { id } } })),
    onSuccess: changed,
    onError: failed,
  });
  const own = (saved.data ?? []).filter((item) => addressOf(item)?.page === pathname);
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      title={t('listSaved')}
      content={
        <div className={classes['saved']}>
          <ul>
            {own.map((item) => (
              <li key={item.id}>
                <Button type="link" onClick={() => void navigate(`${pathname}${addressOf(item)?.search ?? ''}`)}>
                  {item.name}
                </Button>
                <Button
                  type="text"
                  size="small"
                  icon={<DeleteOutlined aria-hidden />}
                  aria-label={`${t('listForget')} ${item.name}`}
                  onClick={() => forget.mutate(item.id)}
                />
              </li>
            ))}
          </ul>
          <Space.Compact>
            <Input
              value={name}
              maxLength={MAX_NAME}
              placeholder={t('listSaveName')}
              aria-label={t('listSaveName')}
              onChange={({ target }) => setName(target.value)}
            />
            <Button type="primary" disabled={name.trim() === ''} loading={keep.isPending} onClick={() => keep.mutate()}>
              {t('listSave')}
            </Button>
          </Space.Compact>
        </div>
      }
    >
      <Button
        icon={<StarOutlined aria-hidden />}
        aria-label={t('listSaved')}
        title={t('listSaved')}
        data-testid="list-saved"
      />
    </Popover>
  );
}
