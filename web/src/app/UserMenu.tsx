import '../modules/identity/identity.css';
import { CheckOutlined, DownOutlined, LogoutOutlined, UserOutlined } from '@ant-design/icons';
import { Badge, Button, Dropdown, type MenuProps } from 'antd';
import { useState } from 'react';
import { client, take, type Session } from '../api/client';
import { useI18n } from '../i18n';
import { Bell } from '../modules/messages/Bell';
import { entrances } from './pages';
import { useFailed } from '../kit/form/faults';
import { useOwn } from '../modules/identity/hooks';
import { PLACES } from './places';

/** Acts in another post; everything on the page is of the post before, so it begins anew. */
export async function actIn(holding: number): Promise<void> {
  await take(client.PUT('/api/session/post', { body: { holding } }));
  location.reload();
}

export function signOut(): void {
  void client.DELETE('/api/session').finally(() => location.assign('/signin'));
}

/** Who is signed in and in which post; other posts, other pages, and the way out. */
export function UserMenu({ session }: { session: Session }) {
  const { t } = useI18n();
  const failed = useFailed();
  const [open, setOpen] = useState(false);
  const { account } = session;
  const own = useOwn(open && account != null);
  const now = Date.now();
  const posts = (own.data?.posts ?? []).filter(({ from_at }) => Date.parse(from_at) <= now);
  const place = session.regions.map(({ name }) => name).join('、');
  const told = account?.notices ?? 0;
  const second = account ? account.post || t('noPost') : place;
  const items: MenuProps['items'] = [
    ...(posts.some(({ id }) => id !== account?.holding)
      ? [{
          type: 'group' as const, key: 'posts', label: t('actingAs'),
          children: posts.map(({ id, post, agency, stand_in }) => ({
            key: `post ${id}`, icon: id === account?.holding ? <CheckOutlined /> : <UserOutlined />, disabled: id === account?.holding,
            label: <span className="post-choice">{post}{stand_in && `（${t('standIn')}）`}<small>{agency}</small></span>,
          })),
        }, { type: 'divider' as const }]
      : []),
    ...entrances(session.permissions).flatMap((path) => {
      const known = PLACES[path];
      return known ? [{ key: path, icon: known.icon, label: <a href={path}>{t(known.title)}{path === '/account' && told > 0 && `（${t('noticesSome').replace('{count}', String(told))}）`}</a> }] : [];
    }),
    { type: 'divider' },
    { key: 'out', icon: <LogoutOutlined />, label: t('signOut') },
  ];
  return (
    <>
      {account && <Bell />}
      <Dropdown
        trigger={['click']}
        open={open}
        onOpenChange={setOpen}
        menu={{
          items,
          onClick: ({ key }) => {
            if (key === 'out') signOut();
            else if (key.startsWith('post ')) actIn(Number(key.slice(5))).catch(failed);
          },
        }}
      >
        <Button type="text" className="user-menu" icon={<UserOutlined aria-hidden />} aria-label={`${t('userMenu')}：${session.name}，${second}`} aria-haspopup="menu" aria-expanded={open} data-testid="user-menu" title={place || undefined}>
          {told > 0 && <Badge status="warning" title={t('noticesSome').replace('{count}', String(told))} />}
          <span className="user-name"><b>{session.name}</b><small>{second}</small></span>
          <DownOutlined aria-hidden />
        </Button>
      </Dropdown>
    </>
  );
}
