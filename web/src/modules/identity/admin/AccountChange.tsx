import { Form, Input } from 'antd';
import { client } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { FormDialog } from '../../../kit/form/FormDialog';
import { given, isAsked } from '../../../kit/form/faults';
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
  const changed = useAccountsChanged();
  const submit = async ({ name, agency_id, phone, email }: Values) => {
    const asked = await isAsked(
      client.PUT('/api/accounts/{id}', {
        params: { path: { id: account.id } },
        body: { name: name.trim(), agency_id, phone: given(phone), email: given(email) },
      }),
    );
    changed();
    return t(asked ? 'askedOther' : 'savedNow');
  };
  return (
    <FormDialog<Values>
      name="change"
      title={t('accountChange')}
      initialValues={{ ...account, phone: account.phone ?? '', email: account.email ?? '' }}
      onSubmit={submit}
      onClose={onClose}
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
    </FormDialog>
  );
}
