import { App, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { client } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { given, isAsked, useFaults } from '../../../kit/form/faults';
import type { Account } from '../hooks';
import { words } from '../words';
import { AgencySelect } from './AgencySelect';
import { useAccountsChanged } from './useAccountsChanged';

interface Values {
  name: string;
  agency_id: number;
  phone?: string;
  email?: string;
}

/** Changes what raises no rights: name, agency, telephone, mail. */
export function AccountChange({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useI18n(words);
  const { message } = App.useApp();
  const changed = useAccountsChanged();
  const [form] = Form.useForm<Values>();
  const faults = useFaults(form);
  const [busy, setBusy] = useState(false);
  const submit = async ({ name, agency_id, phone, email }: Values) => {
    setBusy(true);
    try {
      const asked = await isAsked(
        client.PUT('/api/accounts/{id}', {
          params: { path: { id: account.id } },
          body: { name: name.trim(), agency_id, phone: given(phone), email: given(email) },
        }),
      );
      void message.success(t(asked ? 'askedOther' : 'savedNow'));
      changed();
      onClose();
    } catch (error) {
      faults(error);
    }
    setBusy(false);
  };
  return (
    <Modal
      open
      title={t('accountChange')}
      okText={t('save')}
      confirmLoading={busy}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form
        form={form}
        name="change"
        layout="vertical"
        scrollToFirstError={{ focus: true }}
        initialValues={{ ...account, phone: account.phone ?? '', email: account.email ?? '' }}
        onFinish={(values: Values) => void submit(values)}
      >
        <Form.Item
          name="name"
          label={t('personName')}
          rules={[{ required: true, whitespace: true, message: t('required') }]}
        >
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="agency_id" label={t('agency')} rules={[{ required: true, message: t('required') }]}>
          <AgencySelect />
        </Form.Item>
        <Form.Item name="phone" label={t('phone')}>
          <Input maxLength={30} inputMode="tel" />
        </Form.Item>
        <Form.Item name="email" label={t('email')}>
          <Input maxLength={120} inputMode="email" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
