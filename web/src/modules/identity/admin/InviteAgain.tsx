import { App, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { client, take } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { useFaults } from '../../../kit/form/faults';
import type { Account, Invitation } from '../hooks';
import { words } from '../words';
import { InvitationLink } from './InvitationLink';
import { useAccountsChanged } from './useAccountsChanged';

/** Another link for somebody to set a password with, and why; who reads personal data gets one once two have agreed. */
export function InviteAgain({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useI18n(words);
  const { message } = App.useApp();
  const changed = useAccountsChanged();
  const [form] = Form.useForm<{ reason: string }>();
  const faults = useFaults(form);
  const [busy, setBusy] = useState(false);
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const submit = async ({ reason }: { reason: string }) => {
    setBusy(true);
    try {
      const answer = await take(
        client.POST('/api/accounts/{id}/invitation', { params: { path: { id: account.id } }, body: { reason } }),
      );
      if ('request' in answer) {
        void message.info(t('inviteAgainAsked'));
        changed();
        onClose();
      } else {
        setInvitation(answer);
      }
    } catch (error) {
      faults(error);
    }
    setBusy(false);
  };
  if (invitation) {
    return (
      <Modal open title={t('inviteDone')} footer={null} mask={{ closable: false }} onCancel={onClose}>
        <InvitationLink invitation={invitation} />
      </Modal>
    );
  }
  return (
    <Modal
      open
      title={`${t('inviteAgain')} · ${account.name}`}
      okText={t('confirm')}
      confirmLoading={busy}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form
        form={form}
        name="invite-again"
        layout="vertical"
        onFinish={(values: { reason: string }) => void submit(values)}
      >
        <p>{t('inviteAgainAsk', { name: account.name })}</p>
        {account.state !== 'invited' && <p className="hint-text">{t('inviteAgainTwo')}</p>}
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
