import { useI18n } from '../../i18n';
import { HomeRow, HomeRows, HomeTile } from '../../kit/HomeTile';
import { useMessages } from './queries';
import { words } from './words';

const ROWS = 5;

/** The newest of what one was told and hasn't read. */
export default function MessagesCard() {
  const { t, time } = useI18n(words);
  const list = useMessages(true, true);
  const items = list.data?.pages.flatMap((page) => page.items).slice(0, ROWS) ?? [];
  return (
    <HomeTile title={t('messages')} to="/messages" of={list} testId="home-messages">
      {items.length === 0 ? (
        <p className="hint-text">{t('messagesNoneUnread')}</p>
      ) : (
        <HomeRows>
          {items.map((message) => (
            <HomeRow
              key={message.id}
              to={message.page ?? '/messages'}
              title={message.text}
              note={time(message.created_at)}
            />
          ))}
        </HomeRows>
      )}
    </HomeTile>
  );
}
