import { App, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { client, done } from '../../api/client';
import { useI18n } from '../../i18n';
import { useFaults } from '../forms';
import { useAccountsChanged } from './useAccountsChanged';

interface Props {
  id: number;
  sentence: string;
  granted: boolean;
  onClose: () => void;
}

/** Agrees to a request or refuses it, with a note. */
export function DecisionDialog({ id, sentence, granted, onClose }: Props) {
  const { t } = useI18n();
  const { message } = App.useApp();
  const changed = useAccountsChanged();
  const [form] = Form.useForm<{ note?: string }>();
  const faults = useFaults(form);
  const [busy, setBusy] = useState(false);
  const submit = async ({ note }: { note?: string }) => {
    setBusy(true);
    try {
      await done(client.POST('/api/rights-requests/{id}/decision', { params: { path: { id } }, body: { granted, note: note?.trim() ?? '' } }));
      void message.success(t(granted ? 'requestGranted' : 'requestRefused'));
      onClose();
    } catch (error) {
      faults(error);
    }
    // What was decided by somebody else meanwhile is no longer there to decide.
    changed();
    setBusy(false);
  };
  return (
    <Modal open title={t(granted ? 'approveAsk' : 'refuseAsk')} okText={t(granted ? 'approve' : 'refuse')} okButtonProps={{ danger: !granted }} confirmLoading={busy} onOk={form.submit} onCancel={onClose}>
      <p><strong>{sentence}</strong></p>
      <Form form={form} name="decision" layout="vertical" onFinish={(values: { note?: string }) => void submit(values)}>
        <Form.Item name="note" label={t('note')}><Input.TextArea rows={3} maxLength={400} showCount placeholder={t('noteHint')} /></Form.Item>
      </Form>
    </Modal>
  );
}
