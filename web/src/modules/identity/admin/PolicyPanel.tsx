import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, InputNumber, Skeleton, Switch } from 'antd';
import { useState } from 'react';
import { client, done } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { useFaults } from '../../../kit/form/faults';
import { PanelProblem } from '../../../kit/Problem';
import { type Policy, usePolicy } from '../hooks';
import { words } from '../words';
import type { Rights } from './rights';

/** The bounds of each figure, as the database keeps them. */
const BOUNDS = {
  password_length: [8, 64],
  password_history: [0, 24],
  password_days: [0, 3650],
  idle_minutes: [5, 720],
  session_hours: [1, 24],
  dormant_days: [7, 3650],
  plain_records: [0, 1_000_000],
} as const;
const figures = Object.keys(BOUNDS) as (keyof typeof BOUNDS)[];

/** What the security administrator has set for all accounts. */
export function PolicyPanel({ rights }: { rights: Rights }) {
  const { t } = useI18n(words);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const policy = usePolicy();
  const [form] = Form.useForm<Policy>();
  const faults = useFaults(form);
  const [busy, setBusy] = useState(false);
  const submit = async (body: Policy) => {
    setBusy(true);
    try {
      await done(client.PUT('/api/identity-policy', { body }));
      void message.success(t('savedNow'));
      void queries.invalidateQueries({ queryKey: ['policy'] });
    } catch (error) {
      faults(error);
    }
    setBusy(false);
  };
  return (
    <section className="tile policy" aria-label={t('admin_policy')}>
      <p className="hint-text">{t('policyExplain')}</p>
      {policy.error && <PanelProblem error={policy.error} onRetry={() => void policy.refetch()} />}
      {policy.isLoading && <Skeleton active />}
      {policy.data && (
        <Form
          form={form}
          name="policy"
          layout="vertical"
          requiredMark={false}
          disabled={!rights.secure}
          initialValues={policy.data}
          scrollToFirstError={{ focus: true }}
          onFinish={(values: Policy) => void submit(values)}
        >
          {!rights.secure && <Alert type="info" showIcon title={t('policyReadOnly')} />}
          <div className="policy-fields">
            {figures.map((name) => (
              <Form.Item
                key={name}
                name={name}
                label={t(`policy_${name}`)}
                rules={[{ required: true, message: t('required') }]}
              >
                <InputNumber precision={0} min={BOUNDS[name][0]} max={BOUNDS[name][1]} />
              </Form.Item>
            ))}
          </div>
          <Form.Item name="match_citizen_id" label={t('policy_match_citizen_id')} valuePropName="checked">
            <Switch />
          </Form.Item>
          {rights.secure && (
            <Button type="primary" htmlType="submit" loading={busy}>
              {t('save')}
            </Button>
          )}
        </Form>
      )}
    </section>
  );
}
