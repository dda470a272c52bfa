import { CheckOutlined, DownOutlined, IdcardOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import type { Session } from '../api/client';
import { useI18n } from '../i18n';
import classes from './Shell.module.css';
import { usePosts } from './usePosts';

/** Where one is in charge and in which post; another post of one's own is one choice away. */
export function PostSwitch({ session }: { session: Session }) {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  const { posts, switchTo } = usePosts(session);
  const { account } = session;
  if (!account) return null;
  const place = session.regions.map(({ name }) => name).join('、');
  const said = [place, account.post || t('noPost')].filter(Boolean).join(' · ');
  if (posts.every(({ current }) => current))
    return (
      <span
        className={classes['wideOnly']}
        style={{ padding: '0 8px', maxWidth: 240, overflow: 'hidden', textOverflow: 'ellipsis' }}
        title={said}
        data-testid="post"
      >
        {said}
      </span>
    );
  return (
    <Dropdown
      trigger={['click']}
      open={open}
      onOpenChange={setOpen}
      menu={{
        items: posts.map(({ id, current, label }) => ({
          key: String(id),
          icon: current ? <CheckOutlined /> : <IdcardOutlined />,
          disabled: current,
          label,
        })),
        onClick: ({ key }) => void switchTo(Number(key)),
      }}
    >
      <Button
        type="text"
        className={classes['wideOnly'] ?? ''}
        icon={<IdcardOutlined aria-hidden />}
        aria-label={`${t('actingAs')}：${said}`}
        aria-haspopup="menu"
        aria-expanded={open}
        title={said}
        data-testid="post-switch"
      >
        <span style={{ maxWidth: 220, overflow: 'hidden', textOverflow: 'ellipsis' }}>{said}</span>
        <DownOutlined aria-hidden />
      </Button>
    </Dropdown>
  );
}
