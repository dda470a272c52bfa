import { App, Form, Input } from 'antd';
import { client, type Schemas, take } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { FormDialog } from '../../../kit/form/FormDialog';
import type { Account } from '../hooks';
import { type TextKey, words } from '../words';
import { Sentence } from './RequestParts';
import { useAccountsChanged } from './useAccountsChanged';

export type NextState = 'active' | 'suspended' | 'left';

const TITLES: Record<NextState, TextKey> = {
  active: 'accountActivate',
  suspended: 'accountSuspend',
  left: 'accountLeave',
};

/** Puts an account into another state, with a reason; of who leaves it tells what is to be handed over. */
export function StateChange({ account, next, onClose }: { account: Account; next: NextState; onClose: () => void }) {
  const { t } = useI18n(words);
  const { message, modal } = App.useApp();
  const changed = useAccountsChanged();
  const submit = async ({ reason }: { reason: string }) => {
    const answer = await take(
      client.PUT('/api/accounts/{id}/state', { params: { path: { id: account.id } }, body: { state: next, reason } }),
    );
    changed();
    if ('request' in answer) {
      void message.info(t('askedOther'));
      return undefined;
    }
    if (next === 'left') modal.info({ title: t('handOver'), content: <HandOver name={account.name} {...answer} /> });
    return t('accountStateDone', { state: t(`state_${next}`) });
  };
  return (
    <FormDialog<{ reason: string }>
      name="state"
      title={`${t(TITLES[next])} · ${account.name}`}
      okText={t('confirm')}
      isDanger={next !== 'active'}
      onSubmit={submit}
      onClose={onClose}
    >
      <p>{t(`accountStateAsk_${next}`)}</p>
      {next === 'left' && account.posts.length > 0 && (
        <p>
          {t('posts')}：{account.posts.join('、')}
        </p>
      )}
      <Form.Item
        name="reason"
        label={t('reason')}
        rules={[{ required: true, whitespace: true, message: t('required') }]}
      >
        <Input.TextArea rows={3} maxLength={400} showCount placeholder={t('reasonHint')} autoFocus />
      </Form.Item>
    </FormDialog>
  );
}

/** What somebody who leaves has in hand, for others to take over. */
function HandOver({ name, posts, requests }: { name: string } & Schemas['Left']) {
  const { t } = useI18n(words);
  if (posts.length + requests.length === 0) return t('handOverNone');
  return (
    <>
      {posts.length > 0 && <p>{t('handOverExplain', { name })}</p>}
      <ul>
        {posts.map(({ id, post, agency }) => (
          <li key={id}>
            {post} · {agency}
          </li>
        ))}
      </ul>
      {requests.length > 0 && <p>{t('handOverRequests', { name })}</p>}
      <ul>
        {requests.map((request) => (
          <li key={request.id}>
            <Sentence request={request} />
          </li>
        ))}
      </ul>
    </>
  );
}
