import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { client, ProblemError, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { useSaying } from '../../kit/form/faults';
import { useGoOn } from '../../kit/useGoOn';
import { words } from './words';

/** Opens a session with a one-time code or a token. */
export function CodeForm({ expired }: { expired: boolean }) {
  const { t } = useI18n(words);
  const saying = useSaying();
  const goOn = useGoOn();
  const [problem, setProblem] = useState(expired ? t('signInExpired') : '');
  const [busy, setBusy] = useState(false);

  const submit = async ({ proof }: { proof: string }) => {
    const text = proof.trim();
    setBusy(true);
    try {
      goOn(
        await take(client.POST('/api/session', { body: text.startsWith('ghc_') ? { code: text } : { token: text } })),
      );
    } catch (error) {
      setProblem(error instanceof ProblemError && error.status === 401 ? t('signInExpired') : saying(error));
      setBusy(false);
    }
  };

  return (
    <Form
      name="code"
      layout="vertical"
      size="large"
      requiredMark={false}
      onFinish={(values: { proof: string }) => void submit(values)}
    >
      <p>{t('signInCodeExplain')}</p>
      {problem !== '' && <Alert type="warning" showIcon title={problem} />}
      <Form.Item
        name="proof"
        label={t('signInField')}
        rules={[{ required: true, whitespace: true, message: t('required') }]}
        validateTrigger="onSubmit"
      >
        <Input.Password autoFocus autoComplete="off" />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy} block>
        {t('signInButton')}
      </Button>
    </Form>
  );
}
