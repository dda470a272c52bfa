import { LockOutlined, SafetyOutlined, UserOutlined } from '@ant-design/icons';
import { Alert, Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { client, ProblemError, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { useSaying } from '../../kit/form/faults';
import { clock, useCountdown } from '../../kit/useCountdown';
import { useGoOn } from '../../kit/useGoOn';
import { words } from './words';

interface Values {
  login: string;
  password: string;
  code?: string;
}

/** Signs in by login and password, and asks for the second factor's code where the account has one. */
export function PasswordForm() {
  const { t } = useI18n(words);
  const saying = useSaying();
  const goOn = useGoOn();
  const [form] = Form.useForm<Values>();
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState(false);
  const [left, wait] = useCountdown();

  useEffect(() => {
    if (asked) form.focusField('code');
  }, [asked, form]);

  const submit = async ({ login, password, code }: Values) => {
    setBusy(true);
    setProblem('');
    try {
      goOn(
        await take(
          client.POST('/api/session', {
            body: { login: login.trim(), password, ...(asked ? { second_factor: code ?? '' } : {}) },
          }),
        ),
      );
    } catch (error) {
      setBusy(false);
      const kind = error instanceof ProblemError ? error.kind : '';
      if (kind === 'second-factor') return setAsked(true);
      if (error instanceof ProblemError && kind === 'too-many') wait(error.retryAfter || 30);
      else setProblem(saying(error));
      if (kind === 'sign-in-refused') {
        // Focus can't enter a field before the button's work is done.
        const field = asked ? 'code' : 'password';
        form.setFieldValue(field, '');
        window.setTimeout(() => form.focusField(field));
      }
    }
    return undefined;
  };
  const back = () => {
    setAsked(false);
    setProblem('');
    form.setFieldsValue({ password: '', code: '' });
    window.setTimeout(() => form.focusField('password'));
  };

  return (
    <Form
      form={form}
      name="signin"
      layout="vertical"
      size="large"
      requiredMark={false}
      scrollToFirstError={{ focus: true }}
      onFinish={(values: Values) => void submit(values)}
    >
      {problem !== '' && <Alert role="alert" type="warning" showIcon title={problem} />}
      {left > 0 && <Alert role="alert" type="warning" showIcon title={t('signInWait', { time: clock(left) })} />}
      <Form.Item
        name="login"
        label={t('login')}
        hidden={asked}
        rules={[{ required: true, whitespace: true, message: t('loginNeeded') }]}
        validateTrigger="onSubmit"
      >
        <Input
          prefix={<UserOutlined aria-hidden />}
          autoFocus
          autoComplete="username"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          maxLength={200}
        />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('password')}
        hidden={asked}
        rules={[{ required: true, message: t('passwordNeeded') }]}
        validateTrigger="onSubmit"
      >
        <Input.Password prefix={<LockOutlined aria-hidden />} autoComplete="current-password" maxLength={200} />
      </Form.Item>
      {asked && (
        <>
          <p>{t('signInCodeNeeded', { login: String(form.getFieldValue('login')) })}</p>
          <Form.Item
            name="code"
            label={t('totp')}
            rules={[{ required: true, pattern: /^\s*\d{6}\s*$/, message: t('totpNeeded') }]}
            validateTrigger="onSubmit"
          >
            <Input
              prefix={<SafetyOutlined aria-hidden />}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={8}
            />
          </Form.Item>
        </>
      )}
      <Button type="primary" htmlType="submit" loading={busy} disabled={left > 0} block>
        {asked ? t('signInNext') : t('signInButton')}
      </Button>
      {asked ? (
        <Button type="link" block onClick={back}>
          {t('signInBack')}
        </Button>
      ) : (
        <p className="signin-help">{t('signInHelp')}</p>
      )}
    </Form>
  );
}
