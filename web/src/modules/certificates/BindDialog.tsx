import { Form, Input } from 'antd';
import { client, type Schemas } from '../../api/client';
import { useI18n } from '../../i18n';
import { FormDialog } from '../../kit/form/FormDialog';
import { given, isAsked } from '../../kit/form/faults';
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
  const [form] = Form.useForm<Values>();
  const submit = async ({ certificate, reason }: Values) => {
    const asked = await isAsked(
      client.POST('/api/accounts/{id}/certificates', {
        params: { path: { id: account.id } },
        body: { certificate, reason: given(reason) },
      }),
    );
    onBound();
    return t(asked ? 'bindAsked' : 'bindDone', { name: account.name });
  };
  return (
    <FormDialog<Values>
      name="bind"
      title={t('bindTitle', { name: account.name })}
      okText={t('bind')}
      isFirm
      requiredMark={false}
      form={form}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className="hint-text">{t('bindExplain')}</p>
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
    </FormDialog>
  );
}
