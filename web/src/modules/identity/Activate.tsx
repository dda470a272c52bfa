import './identity.css';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Result, Spin } from 'antd';
import { useState } from 'react';
import { client, done, ProblemError, type Schemas, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { EntryCard } from '../../kit/EntryCard';
import { showFaults, useSaying } from '../../kit/form/faults';
import { NewPassword } from './NewPassword';
import { words } from './words';

/** Who an invitation is for, and the password that opens the account. */
export function Activate() {
  const { t } = useI18n(words);
  const saying = useSaying();
  // Behind the mark, so that the code reaches no log; kept here, so that the address can be cleared of it.
  const [code] = useState(() => decodeURIComponent(location.hash.slice(1)));
  const [isDone, setDone] = useState(false);
  const invitation = useQuery({
    queryKey: ['invitation', code],
    queryFn: () => take(client.GET('/api/activation', { params: { query: { code } } })),
    staleTime: Infinity,
    refetchOnReconnect: false,
  });
  const leave = (
    <Button type="primary" size="large" block href="/signin">
      {t('toSignIn')}
    </Button>
  );
  if (invitation.error) {
    // What the server has refused stays refused; only what didn't reach it is worth another try.
    const isFinal =
      invitation.error instanceof ProblemError && invitation.error.status < 500 && invitation.error.status !== 429;
    return (
      <EntryCard title={t('activateUnknown')} text={saying(invitation.error)}>
        {!isFinal && (
          <Button size="large" block onClick={() => void invitation.refetch()}>
            {t('retry')}
          </Button>
        )}
        {leave}
      </EntryCard>
    );
  }
  if (!invitation.data)
    return (
      <div className="waiting">
        <Spin size="large" aria-label={t('loading')} />
      </div>
    );
  const { login, name, expires_at, certificate_only } = invitation.data;
  if (isDone) {
    return (
      <EntryCard title={t('activateDone')} text={t('activateDoneText', { login })}>
        <Result status="success" />
        {leave}
      </EntryCard>
    );
  }
  if (certificate_only)
    return (
      <EntryCard title={t('activateFor', { name })} text={t('activateCertificate')}>
        <Button type="primary" size="large" block href="/signin?by=certificate">
          {t('toSignIn')}
        </Button>
      </EntryCard>
    );
  return (
    <EntryCard title={t('activateFor', { name })} text={t('activateExplain')}>
      <Invited invitation={invitation.data} code={code} expires={expires_at} onDone={() => setDone(true)} />
    </EntryCard>
  );
}

function Invited({
  invitation,
  code,
  expires,
  onDone,
}: {
  invitation: Schemas['Invited'];
  code: string;
  expires: string;
  onDone: () => void;
}) {
  const { t, time } = useI18n(words);
  const saying = useSaying();
  const [form] = Form.useForm<{ password: string }>();
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async ({ password }: { password: string }) => {
    setBusy(true);
    setProblem('');
    try {
      await done(client.POST('/api/activation', { body: { code, password } }));
      history.replaceState(null, '', '/activate');
      onDone();
    } catch (error) {
      if (!showFaults(form, error)) setProblem(saying(error));
    }
    setBusy(false);
  };
  return (
    <Form
      form={form}
      name="activate"
      layout="vertical"
      size="large"
      requiredMark={false}
      scrollToFirstError={{ focus: true }}
      onFinish={(values: { password: string }) => void submit(values)}
    >
      <dl className="facts">
        <div>
          <dt>{t('login')}</dt>
          <dd>{invitation.login}</dd>
        </div>
        <div>
          <dt>{t('personName')}</dt>
          <dd>{invitation.name}</dd>
        </div>
      </dl>
      {problem !== '' && <Alert role="alert" type="warning" showIcon title={problem} />}
      <NewPassword login={invitation.login} name={invitation.name} least={invitation.password_length} />
      <Button type="primary" htmlType="submit" loading={busy} block>
        {t('activateButton')}
      </Button>
      <p className="signin-help">{t('activateExpires', { time: time(expires) })}</p>
    </Form>
  );
}
