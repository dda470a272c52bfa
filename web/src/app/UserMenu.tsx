import { DownOutlined, IdcardOutlined, LogoutOutlined, QuestionCircleOutlined, UserOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Dropdown, type MenuProps } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { Session } from '../api/client';
import { signOut } from '../api/reader';
import { useI18n } from '../i18n';
import classes from './Shell.module.css';
import { usePosts } from './usePosts';

/** Who is signed in, their other posts, their account, and the way out. */
export function UserMenu({ session, onHelp }: { session: Session; onHelp: () => void }) {
  const { t } = useI18n();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const { account } = session;
  const { posts, switchTo } = usePosts(session, open);
  const others = posts.filter(({ current }) => !current);
  const place = session.regions.map(({ name }) => name).join('、');
  const second = account ? account.post || t('noPost') : place;
  const items: MenuProps['items'] = [
    ...(others.length > 0
      ? [
          {
            type: 'group' as const,
            key: 'posts',
            label: t('actingAs'),
            children: others.map(({ id, label }) => ({ key: `post ${id}`, icon: <UserOutlined />, label })),
          },
          { type: 'divider' as const },
        ]
      : []),
    { key: 'account', icon: <IdcardOutlined />, label: <a href="/account">{t('toAccount')}</a> },
    { key: 'help', icon: <QuestionCircleOutlined />, label: t('help') },
    { type: 'divider' },
    { key: 'out', icon: <LogoutOutlined />, label: t('signOut') },
  ];
  return (
    <Dropdown
      trigger={['click']}
      open={open}
      onOpenChange={setOpen}
      menu={{
        items,
        onClick: ({ key }) => {
          if (key === 'out') void signOut(queries).then(() => navigate('/signin'));
          else if (key === 'help') onHelp();
          else if (key.startsWith('post ')) void switchTo(Number(key.slice(5)));
        },
      }}
    >
      <Button
        type="text"
        className={classes['user'] ?? ''}
        icon={<UserOutlined aria-hidden />}
        aria-label={`${t('userMenu')}：${session.name}，${second}`}
        aria-haspopup="menu"
        aria-expanded={open}
        data-testid="user-menu"
        title={place || undefined}
      >
        <span className={classes['userName']}>
          <b>{session.name}</b>
          <small>{second}</small>
        </span>
        <DownOutlined aria-hidden />
      </Button>
    </Dropdown>
  );
}
