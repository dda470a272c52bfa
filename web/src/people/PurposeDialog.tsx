import { Form, Input, Modal, Radio } from 'antd';
import { useCodes } from '../api/hooks';
import { useI18n } from '../i18n';
import { useFaults } from '../identity/forms';

interface Props {
  /** What is to be shown, in words. */
  name: string;
  busy: boolean;
  onClose: () => void;
  onPurpose: (purpose: string) => Promise<unknown>;
}

interface Values {
  purpose: string;
  own?: string;
}

const OTHER = 'other';
const MOST = 200;

/** Asks what a sensitive value is needed for: from a list, or in one's own words. */
export function PurposeDialog({ name, busy, onClose, onPurpose }: Props) {
  const { t, language } = useI18n();
  const codes = useCodes();
  const [form] = Form.useForm<Values>();
  const faults = useFaults(form);
  const purpose = Form.useWatch('purpose', form);
  const purposes = [...(codes.data?.get('unmask_purpose')?.values() ?? [])];
  const submit = async ({ purpose: chosen, own }: Values) => {
    try {
      await onPurpose(chosen === OTHER ? (own ?? '').trim() : chosen);
      onClose();
    } catch (error) {
      faults(error);
    }
  };
  return (
    <Modal open title={t('unmaskTitle')} okText={t('unmaskOf').replace('{n}', name)} confirmLoading={busy} onOk={form.submit} onCancel={onClose} destroyOnHidden>
      <p>{t('unmaskExplain')}</p>
      <Form form={form} name="purpose" layout="vertical" requiredMark={false} onFinish={(values: Values) => void submit(values)} data-testid="purpose">
        <Form.Item name="purpose" label={t('unmaskPurpose')} rules={[{ required: true, message: t('unmaskNeeded') }]}>
          <Radio.Group className="purposes">
            {purposes.map((code) => <Radio key={code.code} value={code.code}>{language === 'en' ? code.name_en : code.name}</Radio>)}
            <Radio value={OTHER}>{t('unmaskOther')}</Radio>
          </Radio.Group>
        </Form.Item>
        {purpose === OTHER && (
          <Form.Item name="own" label={t('unmaskOwn')} rules={[{ required: true, whitespace: true, message: t('unmaskNeeded') }]}>
            <Input autoFocus maxLength={MOST} showCount placeholder={t('unmaskOwnHint')} autoComplete="off" />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
