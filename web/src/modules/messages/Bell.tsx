import { BellOutlined } from '@ant-design/icons';
import { Badge, Button } from 'antd';
import { useI18n } from '../../i18n';
import { useUnread } from './queries';
import { words } from './words';

/** How much waits to be read, and the way to it. */
export function Bell() {
  const { t } = useI18n(words);
  const unread = useUnread(true).data ?? 0;
  const label = unread > 0 ? t('messagesUnread', { n: String(unread) }) : t('messages');
  return (
    <Badge count={unread} size="small" offset={[-6, 6]}>
      <Button
        type="text"
        href="/messages"
        icon={<BellOutlined aria-hidden />}
        aria-label={label}
        title={label}
        data-testid="bell"
      />
    </Badge>
  );
}
