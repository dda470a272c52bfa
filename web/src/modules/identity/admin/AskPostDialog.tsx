import { DatePicker, Form, Input, Switch } from 'antd';
import type { Dayjs } from 'dayjs';
import { client, take } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { FormDialog } from '../../../kit/form/FormDialog';
import type { Account } from '../hooks';
import { words } from '../words';
import { AgencySelect } from './AgencySelect';
import { moment } from './chinaTime';
import { PostSelect } from './PostSelect';
import { useAccountsChanged } from './useAccountsChanged';

interface Values {
  agency: number;
  post_id: number;
  stand_in?: boolean;
  period?: [Dayjs | null, Dayjs | null] | null;
  reason: string;
}

/** Asks that an account holds a post, for good or for a time. */
export function AskPostDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useI18n(words);
  const changed = useAccountsChanged();
  const [form] = Form.useForm<Values>();
  const agency = (Form.useWatch('agency', form) as number | undefined) ?? account.agency_id;
  const submit = async ({ post_id, stand_in, period, reason }: Values) => {
    const [from, until] = period ?? [null, null];
    await take(
      client.POST('/api/rights-requests', {
        body: {
          account_id: account.id,
          post_id,
          stand_in: stand_in ?? false,
          from_at: moment(from),
          until_at: moment(until),
          reason,
        },
      }),
    );
    changed();
    return t('askPostDone');
  };
  return (
    <FormDialog<Values>
      name="ask"
      title={`${t('askPost')} · ${account.name}`}
      okText={t('askPost')}
      initialValues={{ agency: account.agency_id }}
      form={form}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className="hint-text">{t('askPostExplain')}</p>
      <Form.Item name="agency" label={t('agency')}>
        <AgencySelect onChange={() => form.setFieldValue('post_id', undefined)} />
      </Form.Item>
      <Form.Item name="post_id" label={t('post')} rules={[{ required: true, message: t('required') }]}>
        <PostSelect agency={agency} />
      </Form.Item>
      <Form.Item name="stand_in" label={t('standIn')} extra={t('standInHint')} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item
        name="period"
        label={t('askPeriod')}
        extra={t('askPeriodHint')}
        dependencies={['stand_in']}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_, period?: Values['period']) =>
              getFieldValue('stand_in') === true && !period?.[1]
                ? Promise.reject(new Error(t('standInEnd')))
                : Promise.resolve(),
          }),
        ]}
      >
        <DatePicker.RangePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" allowEmpty={[true, true]} />
      </Form.Item>
      <Form.Item
        name="reason"
        label={t('reason')}
        rules={[{ required: true, whitespace: true, message: t('required') }]}
      >
        <Input.TextArea rows={3} maxLength={400} showCount placeholder={t('reasonHint')} />
      </Form.Item>
    </FormDialog>
  );
}
