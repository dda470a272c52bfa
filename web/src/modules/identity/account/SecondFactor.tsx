import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Modal, QRCode, Tag, Typography } from 'antd';
import { useState } from 'react';
import { client, done, ProblemError, type Schemas, take } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { useFailed, useFaults } from '../../../kit/form/faults';
import { words } from '../words';

type Step = 'begin' | 'drop' | Schemas['SecondFactor'] | null;

/** The second factor: begun with the password, confirmed by its first code, taken away with the password. */
export function SecondFactor({ on }: { on: boolean }) {
  const { t } = useI18n(words);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [step, setStep] = useState<Step>(null);
  const ended = (text: string) => {
    setStep(null);
    void message.success(text);
    void queries.invalidateQueries({ queryKey: ['own-account'] });
  };
  const prove = async (password: string) => {
    if (step === 'begin') setStep(await take(client.POST('/api/account/second-factor', { body: { password } })));
    else {
      await done(client.DELETE('/api/account/second-factor', { body: { password } }));
      ended(t('secondFactorGone'));
    }
  };
  return (
    <section className="tile" aria-labelledby="factor-title">
      <div className="tile-head">
        <h2 id="factor-title">{t('secondFactor')}</h2>
        <Tag color={on ? 'success' : 'default'}>{t(on ? 'secondFactorOn' : 'secondFactorOff')}</Tag>
      </div>
      <p className="hint-text">{t('secondFactorExplain')}</p>
      <div>
        <Button danger={on} onClick={() => setStep(on ? 'drop' : 'begin')}>
          {t(on ? 'secondFactorDrop' : 'secondFactorBegin')}
        </Button>
      </div>
      <Modal
        open={step !== null}
        title={t(step === 'drop' ? 'secondFactorDrop' : 'secondFactorBegin')}
        footer={null}
        destroyOnHidden
        onCancel={() => setStep(null)}
      >
        {(step === 'begin' || step === 'drop') && <Proof onProve={prove} danger={step === 'drop'} />}
        {step !== null && typeof step === 'object' && (
          <Confirm factor={step} onDone={() => ended(t('secondFactorDone'))} />
        )}
      </Modal>
    </section>
  );
}

function Proof({ onProve, danger }: { onProve: (password: string) => Promise<void>; danger: boolean }) {
  const { t } = useI18n(words);
  const failed = useFailed();
  const [form] = Form.useForm<{ password: string }>();
  const [busy, setBusy] = useState(false);
  const submit = ({ password }: { password: string }) => {
    setBusy(true);
    onProve(password).catch((error: unknown) => {
      setBusy(false);
      if (error instanceof ProblemError && error.kind === 'sign-in-refused')
        form.setFields([{ name: 'password', errors: [error.message] }]);
      else failed(error);
    });
  };
  return (
    <Form form={form} name="proof" layout="vertical" requiredMark={false} onFinish={submit}>
      <p>{t('secondFactorPassword')}</p>
      <Form.Item
        name="password"
        label={t('passwordCurrent')}
        rules={[{ required: true, message: t('passwordNeeded') }]}
        validateTrigger="onSubmit"
      >
        <Input.Password autoFocus autoComplete="current-password" maxLength={200} />
      </Form.Item>
      <Button type="primary" danger={danger} htmlType="submit" loading={busy}>
        {t(danger ? 'secondFactorDrop' : 'next')}
      </Button>
    </Form>
  );
}

function Confirm({ factor, onDone }: { factor: Schemas['SecondFactor']; onDone: () => void }) {
  const { t } = useI18n(words);
  const [form] = Form.useForm<{ code: string }>();
  const faults = useFaults(form);
  const [busy, setBusy] = useState(false);
  const submit = async ({ code }: { code: string }) => {
    setBusy(true);
    try {
      await done(client.PUT('/api/account/second-factor', { body: { code: code.trim() } }));
      onDone();
    } catch (error) {
      faults(error);
    }
    setBusy(false);
  };
  return (
    <Form
      form={form}
      name="confirm"
      layout="vertical"
      requiredMark={false}
      onFinish={(values: { code: string }) => void submit(values)}
    >
      <p>{t('secondFactorScan')}</p>
      <div className="factor">
        <div role="img" aria-label={t('secondFactorQr')}>
          <QRCode value={factor.url} size={180} />
        </div>
        <div>
          <small>{t('secondFactorSecret')}</small>
          <Typography.Paragraph code copyable data-testid="totp-secret">
            {factor.secret}
          </Typography.Paragraph>
          <a href={factor.url}>{t('secondFactorOpen')}</a>
        </div>
      </div>
      <Form.Item
        name="code"
        label={t('totp')}
        rules={[{ required: true, pattern: /^\s*\d{6}\s*$/, message: t('totpNeeded') }]}
        validateTrigger="onSubmit"
      >
        <Input inputMode="numeric" autoComplete="one-time-code" maxLength={8} autoFocus />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t('secondFactorConfirm')}
      </Button>
    </Form>
  );
}
