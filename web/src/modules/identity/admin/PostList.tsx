import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Table } from 'antd';
import { useState } from 'react';
import { client } from '../../../api/client';
import { useRoles } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { isAsked, useFailed } from '../../../kit/form/faults';
import { PanelProblem } from '../../../kit/Problem';
import { useRegionNames } from '../../../kit/pick/regions';
import { type Agency, type Post, usePosts } from '../hooks';
import { words } from '../words';
import { PostDialog } from './PostDialog';
import type { Rights } from './rights';

/** The posts of an agency and who holds them. */
export function PostList({ agency, rights }: { agency: Agency; rights: Rights }) {
  const { t, language } = useI18n(words);
  const { message, modal } = App.useApp();
  const failed = useFailed();
  const queries = useQueryClient();
  const posts = usePosts(agency.id);
  const roles = useRoles();
  const [making, setMaking] = useState(false);
  const named = useRegionNames((posts.data ?? []).flatMap(({ regions }) => regions));
  const roleName = (code: string) => {
    const role = roles.data?.roles.find((known) => known.code === code);
    return (language === 'en' ? role?.name_en : role?.name) ?? code;
  };
  const close = ({ id, name }: Post) =>
    modal.confirm({
      title: t('postClose'),
      content: t('postCloseAsk', { name }),
      okButtonProps: { danger: true },
      onOk: () =>
        isAsked(client.DELETE('/api/posts/{id}', { params: { path: { id } } })).then((asked) => {
          void message.success(t(asked ? 'askedOther' : 'postClosed'));
          for (const queryKey of [['posts'], ['accounts'], ['requests']]) void queries.invalidateQueries({ queryKey });
        }, failed),
    });
  return (
    <>
      {rights.manage && (
        <div className="filters">
          <Button type="primary" onClick={() => setMaking(true)}>
            {t('postNew')}
          </Button>
        </div>
      )}
      {posts.error && <PanelProblem error={posts.error} onRetry={() => void posts.refetch()} />}
      <Table<Post>
        size="middle"
        rowKey="id"
        loading={posts.isLoading}
        dataSource={posts.data ?? []}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: t('postsNone') }}
        columns={[
          { title: t('postName'), dataIndex: 'name' },
          { title: t('role'), render: (_, { role }) => roleName(role) },
          { title: t('regions'), render: (_, { regions }) => regions.map(named).join('、') },
          { title: t('heldBy'), render: (_, { held_by }) => held_by.join('、') || t('vacant') },
          ...(rights.manage
            ? [
                {
                  key: 'close',
                  render: (_: unknown, post: Post) => (
                    <Button
                      size="small"
                      danger
                      aria-label={`${t('postClose')} ${post.name}`}
                      onClick={() => close(post)}
                    >
                      {t('postClose')}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {making && <PostDialog agency={agency} onClose={() => setMaking(false)} />}
    </>
  );
}
