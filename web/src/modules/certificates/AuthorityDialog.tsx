import { Form, Input, InputNumber, Select } from 'antd';
import { client, done } from '../../api/client';
import { useI18n } from '../../i18n';
import { FormDialog } from '../../kit/form/FormDialog';
import { given } from '../../kit/form/faults';
import { CertificateField } from './CertificateField';
import { CertificatePreview } from './CertificatePreview';
import { hostOf } from './standing';
import { words } from './words';

interface Values {
  name: string;
  certificate: string;
  crl_source?: string;
  crl_hosts?: string[];
  grace_hours?: number;
  reason?: string;
}

/** Asks that an authority is trusted by its certificate, and says where its revocation list comes from. */
export function AuthorityDialog({ onAdded, onClose }: { onAdded: () => void; onClose: () => void }) {
  const { t } = useI18n(words);
  const [form] = Form.useForm<Values>();
  const submit = async ({ name, certificate, crl_source, crl_hosts, grace_hours, reason }: Values) => {
    await done(
      client.POST('/api/authorities', {
        body: {
          name: name.trim(),
          certificate,
          crl_source: given(crl_source),
          crl_hosts: crl_hosts ?? [],
          grace_hours: grace_hours ?? 0,
          reason: given(reason),
        },
      }),
    );
    onAdded();
    return t('authorityAsked');
  };
  // The host of an address is asked in any case; others may be named beside it.
  const nameHost = (source: string) => {
    const host = hostOf(source);
    const hosts = (form.getFieldValue('crl_hosts') as string[] | undefined) ?? [];
    if (host && hosts.length === 0) form.setFieldValue('crl_hosts', [host]);
  };
  return (
    <FormDialog<Values>
      name="authority"
      title={t('authorityAdd')}
      okText={t('authorityTrust')}
      isFirm
      initialValues={{ grace_hours: 0 }}
      requiredMark={false}
      form={form}
      onSubmit={submit}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('authorityName')}
        rules={[{ required: true, whitespace: true, message: t('required') }]}
      >
        <Input maxLength={80} autoFocus placeholder={t('authorityNameHint')} />
      </Form.Item>
      <Form.Item
        name="certificate"
        label={t('authorityCertificate')}
        rules={[{ required: true, whitespace: true, message: t('certificateNeeded') }]}
        validateTrigger="onSubmit"
      >
        <CertificateField />
      </Form.Item>
      <CertificatePreview form={form} />
      <Form.Item name="crl_source" label={t('crlSource')} extra={t('crlSourceHint')}>
        <Input
          maxLength={500}
          autoComplete="off"
          spellCheck={false}
          placeholder="http://ca.example/root.crl"
          onBlur={({ target }) => nameHost(target.value)}
        />
      </Form.Item>
      <Form.Item name="crl_hosts" label={t('crlHosts')} extra={t('crlHostsHint')}>
        <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', ' ', '，', '、']} maxCount={8} />
      </Form.Item>
      <Form.Item name="grace_hours" label={t('graceHours')} extra={t('graceHint')}>
        <InputNumber precision={0} min={0} max={720} suffix={t('hours')} />
      </Form.Item>
      <Form.Item name="reason" label={t('reason')}>
        <Input.TextArea rows={2} maxLength={400} placeholder={t('reasonHint')} />
      </Form.Item>
    </FormDialog>
  );
}
