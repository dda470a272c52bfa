import { App, Form, Modal } from 'antd';
import { useState } from 'react';
import { client, done } from '../../api/client';
import { useI18n } from '../../i18n';
import { useFaults } from '../forms';
import type { Account } from '../hooks';
import { CertificateField } from './CertificateField';
import { CertificatePreview } from './CertificatePreview';

interface Props {
  account: Account;
  onBound: () => void;
  onClose: () => void;
}

/** Binds a certificate to an account. */
export function BindDialog({ account, onBound, onClose }: Props) {
  const { t } = useI18n();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ certificate: string }>();
  const faults = useFaults(form);
  const [busy, setBusy] = useState(false);
  const submit = async ({ certificate }: { certificate: string }) => {
    setBusy(true);
    try {
      await done(client.POST('/api/accounts/{id}/certificates', { params: { path: { id: account.id } }, body: { certificate } }));
      void message.success(t('bindDone').replace('{name}', account.name));
      onBound();
      onClose();
    } catch (error) {
      faults(error);
    }
    setBusy(false);
  };
  return (
    <Modal open title={t('bindTitle').replace('{name}', account.name)} okText={t('bind')} confirmLoading={busy} mask={{ closable: false }} onOk={form.submit} onCancel={onClose}>
      <p className="hint-text">{t('bindExplain')}</p>
      <Form form={form} name="bind" layout="vertical" requiredMark={false} scrollToFirstError={{ focus: true }} onFinish={(values: { certificate: string }) => void submit(values)}>
        <Form.Item name="certificate" label={t('certificate')} rules={[{ required: true, whitespace: true, message: t('certificateNeeded') }]} validateTrigger="onSubmit"><CertificateField /></Form.Item>
        <CertificatePreview form={form} />
      </Form>
    </Modal>
  );
}
