import { Alert, Button, Checkbox, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { client, type Schemas, type Session, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { FileField } from '../../kit/files/FileField';
import { useFilesSent } from '../../kit/files/useFilesSent';
import { useFaults } from '../../kit/form/faults';
import { Page } from '../../kit/Page';
import classes from './Cases.module.css';
import { useCaseNames } from './names';
import { PlaceField } from './PlaceField';
import { usePlaceOfPhotos } from './usePlaceOfPhotos';
import { words } from './words';

interface Filled {
  category: string;
  detail: string;
  address?: string;
  channel?: string;
  severity: string;
  demand?: string;
  reporter_name?: string;
  reporter_phone?: string;
  is_protected?: boolean;
  is_done?: boolean;
  files?: string[];
  files_after?: string[];
  place: [number, number];
}

/** Reports a case: what is seen, where, and who told of it. */
export default function ReportPage({ session }: { session: Session }) {
  const { t } = useI18n(words);
  const names = useCaseNames();
  const [form] = Form.useForm<Filled>();
  const faults = useFaults(form);
  const go = useNavigate();
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<Schemas['CaseStanding'] | null>(null);
  // A try that got no answer is sent again under the same key, and reported once.
  const [key, renew] = useState(() => crypto.randomUUID());
  const filesSent = useFilesSent();
  const isDone = Form.useWatch('is_done', form) ?? false;
  usePlaceOfPhotos(form);
  const isOnSpot = !session.permissions.includes('case.accept');
  const submit = async ({ place, severity, ...said }: Filled) => {
    setBusy(true);
    try {
      const body = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined && value !== ''));
      setMade(
        await take(
          client.POST('/api/cases', {
            params: { header: { 'idempotency-key': key } },
            body: { ...body, lon: place[0], lat: place[1], severity: Number(severity) } as never,
          }),
        ),
      );
      renew(crypto.randomUUID());
    } catch (error) {
      faults(error);
    }
    setBusy(false);
  };
  if (made)
    return (
      <Page title={t('reportCase')}>
        <Alert
          type="success"
          showIcon
          title={t('reportMade', { number: made.number })}
          action={
            <div className="actions">
              <Button type="primary" onClick={() => void go(`/cases/${made.id}`)}>
                {t('caseOpen')}
              </Button>
              <Button
                onClick={() => {
                  form.resetFields();
                  setMade(null);
                }}
              >
                {t('reportAnother')}
              </Button>
            </div>
          }
        />
      </Page>
    );
  const needed = [{ required: true, message: t('fieldNeeded') }];
  return (
    <Page title={t('reportCase')}>
      <Form<Filled>
        form={form}
        name="report"
        layout="vertical"
        className={`tile ${classes['report']}`}
        initialValues={{ severity: '1', channel: isOnSpot ? 'grid_worker' : 'telephone' }}
        scrollToFirstError={{ focus: true }}
        onFinish={(said) => void submit(said)}
      >
        <Form.Item
          name="files"
          label={t(isDone ? 'filesBefore' : 'reportPhotos')}
          rules={[filesSent]}
          className={classes['wide'] ?? ''}
        >
          <FileField />
        </Form.Item>
        <Form.Item name="category" label={t('caseCategory')} rules={needed}>
          <Select showSearch={{ optionFilterProp: 'label' }} options={names.options('case_category')} />
        </Form.Item>
        <Form.Item name="severity" label={t('caseSeverity')}>
          <Select options={names.options('case_urgency')} />
        </Form.Item>
        <Form.Item name="detail" label={t('reportDetail')} rules={needed} className={classes['wide'] ?? ''}>
          <Input.TextArea rows={4} maxLength={2000} showCount />
        </Form.Item>
        <Form.Item name="place" label={t('reportPlace')} rules={needed} className={classes['wide'] ?? ''}>
          <PlaceField />
        </Form.Item>
        <Form.Item name="address" label={t('caseAddress')} className={classes['wide'] ?? ''}>
          <Input maxLength={200} />
        </Form.Item>
        {isOnSpot ? (
          <>
            <Form.Item name="is_done" valuePropName="checked">
              <Checkbox>{t('reportIsDone')}</Checkbox>
            </Form.Item>
            {isDone && (
              <Form.Item name="files_after" label={t('filesAfter')} rules={[filesSent]}>
                <FileField isPhotos />
              </Form.Item>
            )}
          </>
        ) : (
          <>
            <Form.Item name="channel" label={t('caseChannel')}>
              <Select options={names.options('case_channel')} />
            </Form.Item>
            <Form.Item name="demand" label={t('caseDemand')}>
              <Select allowClear options={names.options('case_demand')} />
            </Form.Item>
            <Form.Item name="reporter_name" label={t('reporterName')} extra={t('reporterHint')}>
              <Input maxLength={60} autoComplete="off" />
            </Form.Item>
            <Form.Item name="reporter_phone" label={t('reporterPhone')}>
              <Input maxLength={30} autoComplete="off" inputMode="tel" />
            </Form.Item>
            <Form.Item name="is_protected" valuePropName="checked">
              <Checkbox>{t('reporterProtected')}</Checkbox>
            </Form.Item>
          </>
        )}
        <div className={`actions ${classes['wide']}`}>
          <Button type="primary" htmlType="submit" loading={busy}>
            {t('reportSend')}
          </Button>
        </div>
      </Form>
    </Page>
  );
}
