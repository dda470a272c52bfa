import './messages.css';
import { Alert, Button, Empty, Segmented, Skeleton, Tag } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useI18n } from '../../i18n';
import { useFailed } from '../../kit/form/faults';
import type { PageProps } from '../../kit/module';
import { Page } from '../../kit/Page';
import { PanelProblem } from '../../kit/Problem';
import { type Message, useMessages, useRead } from './queries';
import { words } from './words';

/** What one was told: the newest first, those that are not read yet marked. */
export default function MessagesPage({ session }: PageProps) {
  const { t } = useI18n(words);
  const failed = useFailed();
  const [unread, setUnread] = useState(false);
  const isPerson = session.account != null;
  const list = useMessages(unread, isPerson);
  const read = useRead();
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const newest = items[0];
  return (
    <Page>
      <div className="messages">
        {!isPerson && <Alert type="info" showIcon title={t('messagesByToken')} />}
        {isPerson && (
          <section className="tile" aria-label={t('messages')}>
            <div className="tile-head">
              <Segmented
                value={unread ? 'unread' : 'all'}
                aria-label={t('messagesShown')}
                options={[
                  { value: 'all', label: t('messagesAll') },
                  { value: 'unread', label: t('messagesOnlyUnread') },
                ]}
                onChange={(shown) => setUnread(shown === 'unread')}
              />
              <Button
                disabled={!newest || items.every(({ read_at }) => read_at != null)}
                loading={read.isPending}
                onClick={() => newest && read.mutate({ id: newest.id, all_before: true }, { onError: failed })}
              >
                {t('messagesReadAll')}
              </Button>
            </div>
            {list.error && <PanelProblem error={list.error} onRetry={() => void list.refetch()} />}
            {list.isLoading && <Skeleton active />}
            {list.data && items.length === 0 && (
              <Empty
                image={Empty.PRESENTED_IMAGE_SIMPLE}
                description={t(unread ? 'messagesNoneUnread' : 'messagesNone')}
              />
            )}
            <ul className="rows" data-testid="messages">
              {items.map((message) => (
                <Row
                  key={message.id}
                  message={message}
                  onRead={(then) =>
                    read.mutate({ id: message.id, all_before: false }, { onError: failed, onSettled: then })
                  }
                />
              ))}
            </ul>
            {list.hasNextPage && (
              <Button block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                {t('messagesMore')}
              </Button>
            )}
          </section>
        )}
      </div>
    </Page>
  );
}

function Row({ message, onRead }: { message: Message; onRead: (then?: () => void) => void }) {
  const { t, time } = useI18n(words);
  const navigate = useNavigate();
  const { page } = message;
  const isNew = message.read_at == null;
  return (
    <li className={isNew ? 'unread' : undefined}>
      <div>
        <strong>{message.text}</strong> {isNew && <Tag color="warning">{t('noticeNew')}</Tag>}
        <small>
          {message.title} · {time(message.created_at)}
        </small>
      </div>
      {page != null && (
        <Button
          href={page}
          onClick={(event) => {
            if (!isNew) return;
            // The page is left once the message counts as read.
            event.preventDefault();
            onRead(() => void navigate(page));
          }}
        >
          {t('messageOpen')}
        </Button>
      )}
      {isNew && (
        <Button type="text" onClick={() => onRead()}>
          {t('messageRead')}
        </Button>
      )}
    </li>
  );
}
