import { App, Button, Tag } from 'antd';
import { useState } from 'react';
import { client } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { isAsked, useFailed } from '../../../kit/form/faults';
import { type Account, type Holding, useWaitingFor } from '../hooks';
import { usePeriod } from '../period';
import { words } from '../words';
import { AskPostDialog } from './AskPostDialog';
import { Sentence } from './RequestParts';
import type { Rights } from './rights';
import { useAccountsChanged } from './useAccountsChanged';

/** The posts of an account: one more is asked for, one is ended at once. */
export function HoldingList({ account, posts, rights }: { account: Account; posts: Holding[]; rights: Rights }) {
  const { t, time } = useI18n(words);
  const { message, modal } = App.useApp();
  const failed = useFailed();
  const period = usePeriod();
  const changed = useAccountsChanged();
  const [asking, setAsking] = useState(false);
  const waiting = useWaitingFor(account.id).data?.items ?? [];
  const end = ({ id, post }: Holding) =>
    modal.confirm({
      title: t('holdingEnd'),
      content: t('holdingEndAsk', { post }),
      okButtonProps: { danger: true },
      onOk: () =>
        isAsked(client.DELETE('/api/holdings/{id}', { params: { path: { id } } })).then((asked) => {
          void message.success(t(asked ? 'askedOther' : 'holdingEnded'));
          changed();
        }, failed),
    });
  return (
    <section aria-labelledby="holdings-title">
      <div className="tile-head">
        <h3 id="holdings-title">{t('posts')}</h3>
        {rights.manage && account.state !== 'left' && (
          <Button type="primary" size="small" onClick={() => setAsking(true)}>
            {t('askPost')}
          </Button>
        )}
      </div>
      {posts.length + waiting.length === 0 && <p className="hint-text">{t('noPost')}</p>}
      <ul className="rows">
        {posts.map((holding) => (
          <li key={holding.id}>
            <div>
              <strong>{holding.post}</strong> {holding.stand_in && <Tag color="warning">{t('standIn')}</Tag>}
              <small>
                {[holding.agency, holding.role_name, period(holding.from_at, holding.until_at)]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
            </div>
            {rights.manage && (
              <Button
                size="small"
                danger
                aria-label={`${t('holdingEnd')} ${holding.post}`}
                onClick={() => end(holding)}
              >
                {t('holdingEnd')}
              </Button>
            )}
          </li>
        ))}
        {waiting.map((request) => (
          <li key={request.id} data-testid="waiting-request">
            <div>
              <span>
                <Sentence request={request} /> <Tag>{t('requestsWaiting')}</Tag>
              </span>
              <small>{t('requestBy', { name: request.requested_by, time: time(request.requested_at) })}</small>
            </div>
          </li>
        ))}
      </ul>
      {asking && <AskPostDialog account={account} onClose={() => setAsking(false)} />}
    </section>
  );
}
