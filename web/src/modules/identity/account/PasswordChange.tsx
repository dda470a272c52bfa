import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { client, done, ProblemError, type Session } from '../../../api/client';
import { useOwn } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { useFaults } from '../../../kit/form/faults';
import { NewPassword } from '../NewPassword';
import { words } from '../words';

interface Values {
  current: string;
  password: string;
}

/** Sets another password in place of the present one. */
export function PasswordChange({ session, button, onDone }: { session: Session; button: string; onDone: () => void }) {
  const { t } = useI18n(words);
  const [form] = Form.useForm<Values>();
  const faults = useFaults(form);
  const [busy, setBusy] = useState(false);
  const own = useOwn();
  const submit = async ({ current, password }: Values) => {
    setBusy(true);
    try {
      await done(client.POST('/api/account/password', { body: { current, password } }));
      form.resetFields();
      onDone();
    } catch (error) {
      if (error instanceof ProblemError && error.kind === 'sign-in-refused') {
        form.setFields([{ name: 'current', errors: [error.message] }]);
        form.focusField('current');
      } else faults(error);
    }
    setBusy(false);
  };
  return (
    <Form
      form={form}
      name="password"
      layout="vertical"
      requiredMark={false}
      scrollToFirstError={{ focus: true }}
      onFinish={(values: Values) => void submit(values)}
    >
      <Form.Item
        name="current"
        label={t('passwordCurrent')}
        rules={[{ required: true, message: t('passwordNeeded') }]}
        validateTrigger="onSubmit"
      >
        <Input.Password autoComplete="current-password" maxLength={200} />
      </Form.Item>
      <NewPassword login={session.account?.login ?? ''} name={session.name} least={own.data?.password_length} />
      <Button type="primary" htmlType="submit" loading={busy}>
        {button}
      </Button>
    </Form>
  );
}
