import { App, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { client, take } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { useFaults } from '../../../kit/form/faults';
import type { Account } from '../hooks';
import { type TextKey, words } from '../words';
import { Sentence } from './RequestRow';
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
  const [form] = Form.useForm<{ reason: string }>();
  const faults = useFaults(form);
  const [busy, setBusy] = useState(false);
  const submit = async ({ reason }: { reason: string }) => {
    setBusy(true);
    try {
      const answer = await take(
        client.PUT('/api/accounts/{id}/state', { params: { path: { id: account.id } }, body: { state: next, reason } }),
      );
      if ('request' in answer) {
        void message.info(t('askedOther'));
        changed();
        onClose();
        return;
      }
      const { posts, requests } = answer;
      void message.success(t('accountStateDone', { state: t(`state_${next}`) }));
      changed();
      onClose();
      if (next === 'left') {
        modal.info({
          title: t('handOver'),
          content:
            posts.length + requests.length === 0 ? (
              t('handOverNone')
            ) : (
              <>
                {posts.length > 0 && <p>{t('handOverExplain', { name: account.name })}</p>}
                <ul>
                  {posts.map(({ id, post, agency }) => (
                    <li key={id}>
                      {post} · {agency}
                    </li>
                  ))}
                </ul>
                {requests.length > 0 && <p>{t('handOverRequests', { name: account.name })}</p>}
                <ul>
                  {requests.map((request) => (
                    <li key={request.id}>
                      <Sentence request={request} />
                    </li>
                  ))}
                </ul>
              </>
            ),
        });
      }
    } catch (error) {
      faults(error);
    }
    setBusy(false);
  };
  return (
    <Modal
      open
      title={`${t(TITLES[next])} · ${account.name}`}
      okText={t('confirm')}
      okButtonProps={{ danger: next !== 'active' }}
      confirmLoading={busy}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form form={form} name="state" layout="vertical" onFinish={(values: { reason: string }) => void submit(values)}>
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
      </Form>
    </Modal>
  );
}
