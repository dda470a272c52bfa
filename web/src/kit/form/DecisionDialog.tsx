import { App, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n';
import { useFaults } from './faults';

interface Props {
  /** What was asked for, in words. */
  sentence: string;
  granted: boolean;
  onDecide: (note: string) => Promise<void>;
  /** After each try: what somebody else decided meanwhile is no longer there to decide. */
  onSettled: () => void;
  onClose: () => void;
}

/** Agrees to a request or refuses it, with a note. */
export function DecisionDialog({ sentence, granted, onDecide, onSettled, onClose }: Props) {
  const { t } = useI18n();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ note?: string }>();
  const faults = useFaults(form);
  const [busy, setBusy] = useState(false);
  const submit = async ({ note }: { note?: string }) => {
    setBusy(true);
    try {
      await onDecide(note?.trim() ?? '');
      void message.success(t(granted ? 'requestGranted' : 'requestRefused'));
      onClose();
    } catch (error) {
      faults(error);
    }
    onSettled();
    setBusy(false);
  };
  return (
    <Modal
      open
      title={t(granted ? 'approveAsk' : 'refuseAsk')}
      okText={t(granted ? 'approve' : 'refuse')}
      okButtonProps={{ danger: !granted }}
      confirmLoading={busy}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p>
        <strong>{sentence}</strong>
      </p>
      <Form form={form} name="decision" layout="vertical" onFinish={(values: { note?: string }) => void submit(values)}>
        <Form.Item name="note" label={t('note')}>
          <Input.TextArea rows={3} maxLength={400} showCount placeholder={t('noteHint')} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
