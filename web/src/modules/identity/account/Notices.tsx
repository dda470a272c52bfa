import { useQueryClient } from '@tanstack/react-query';
import { Tag } from 'antd';
import { useEffect } from 'react';
import { client, done, type Schemas } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { type TextKey, words } from '../words';

type Notice = Schemas['AccountNotice'];

/** What administrators did with one's account. Shown, it counts as seen; it stays here all the same. */
export function Notices({ notices }: { notices: Notice[] }) {
  const { t, time } = useI18n(words);
  const queries = useQueryClient();
  const newest = notices[0]?.id;
  const isNew = notices.some(({ seen_at }) => seen_at == null);
  useEffect(() => {
    if (newest === undefined || !isNew) return;
    done(client.POST('/api/account/notices/seen', { body: { up_to: newest } })).then(
      () => void queries.invalidateQueries({ queryKey: ['session'] }),
      () => undefined,
    );
  }, [newest, isNew, queries]);
  if (notices.length === 0) return null;
  const word = (detail: unknown, name: string) => {
    const value = typeof detail === 'object' && detail !== null ? (detail as Record<string, unknown>)[name] : undefined;
    return typeof value === 'string' ? value : '';
  };
  return (
    <section className="tile" aria-labelledby="notices-title">
      <h2 id="notices-title">{t('notices')}</h2>
      <p className="hint-text">{t('noticesExplain')}</p>
      <ul className="rows" data-testid="account-notices">
        {notices.map(({ id, at, kind, by_name, detail, seen_at }) => (
          <li key={id}>
            <div>
              <strong>
                {t(`notice_${kind}` as TextKey, { serial: word(detail, 'serial'), address: word(detail, 'address') })}
              </strong>{' '}
              {seen_at == null && <Tag color="warning">{t('noticeNew')}</Tag>}
              <small>{t('byAt', { by: by_name, at: time(at) })}</small>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
