import { CheckOutlined, DownOutlined, IdcardOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { Session } from '../api/client';
import { useOwn } from '../api/hooks';
import { actIn } from '../api/reader';
import { useI18n } from '../i18n';
import { useFailed } from '../kit/form/faults';
import classes from './Shell.module.css';

/** Where one is in charge and in which post; another post of one's own is one choice away. */
export function PostSwitch({ session }: { session: Session }) {
  const { t } = useI18n();
  const failed = useFailed();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const { account } = session;
  const own = useOwn(account != null);
  const [now] = useState(() => Date.now());
  if (!account) return null;
  const posts = (own.data?.posts ?? []).filter(({ from_at }) => Date.parse(from_at) <= now);
  const place = session.regions.map(({ name }) => name).join('、');
  const said = [place, account.post || t('noPost')].filter(Boolean).join(' · ');
  const others = posts.some(({ id }) => id !== account.holding);
  const button = (
    <Button
      type="text"
      className={classes['wideOnly'] ?? ''}
      icon={<IdcardOutlined aria-hidden />}
      aria-label={`${t('actingAs')}：${said}`}
      title={said}
      disabled={!others}
      data-testid="post-switch"
      {...(others ? { 'aria-haspopup': 'menu' as const, 'aria-expanded': open } : {})}
    >
      <span style={{ maxWidth: 220, overflow: 'hidden', textOverflow: 'ellipsis' }}>{said}</span>
      {others && <DownOutlined aria-hidden />}
    </Button>
  );
  if (!others)
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
        items: posts.map(({ id, post, agency, stand_in }) => ({
          key: String(id),
          icon: id === account.holding ? <CheckOutlined /> : <IdcardOutlined />,
          disabled: id === account.holding,
          label: (
            <span className={classes['post']}>
              {post}
              {stand_in && `（${t('standIn')}）`}
              <small>{agency}</small>
            </span>
          ),
        })),
        onClick: ({ key }) => actIn(queries, Number(key)).then(() => void navigate('/'), failed),
      }}
    >
      {button}
    </Dropdown>
  );
}
