import { App, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { client, type Schemas } from '../../api/client';
import { useI18n } from '../../i18n';
import { given, isAsked, useFaults } from '../../kit/form/faults';
import { CertificateField } from './CertificateField';
import { CertificatePreview } from './CertificatePreview';
import { words } from './words';

interface Props {
  account: Schemas['Account'];
  onBound: () => void;
  onClose: () => void;
}

interface Values {
  certificate: string;
  reason?: string;
}

/** Binds a certificate to an account, once the system administrator has agreed. */
export function BindDialog({ account, onBound, onClose }: Props) {
  const { t } = useI18n(words);
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const faults = useFaults(form);
  const [busy, setBusy] = useState(false);
  const submit = async ({ certificate, reason }: Values) => {
    setBusy(true);
    try {
      const asked = await isAsked(
        client.POST('/api/accounts/{id}/certificates', {
          params: { path: { id: account.id } },
          body: { certificate, reason: given(reason) },
        }),
      );
      void message.success(t(asked ? 'bindAsked' : 'bindDone', { name: account.name }));
      onBound();
      onClose();
    } catch (error) {
      faults(error);
    }
    setBusy(false);
  };
  return (
    <Modal
      open
      title={t('bindTitle', { name: account.name })}
      okText={t('bind')}
      confirmLoading={busy}
      mask={{ closable: false }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p className="hint-text">{t('bindExplain')}</p>
      <Form
        form={form}
        name="bind"
        layout="vertical"
        requiredMark={false}
        scrollToFirstError={{ focus: true }}
        onFinish={(values: Values) => void submit(values)}
      >
        <Form.Item
          name="certificate"
          label={t('certificate')}
          rules={[{ required: true, whitespace: true, message: t('certificateNeeded') }]}
          validateTrigger="onSubmit"
        >
          <CertificateField />
        </Form.Item>
        <CertificatePreview form={form} />
        <Form.Item name="reason" label={t('reason')}>
          <Input.TextArea rows={2} maxLength={400} placeholder={t('reasonHint')} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
