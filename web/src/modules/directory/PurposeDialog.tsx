import { Form, Modal } from 'antd';
import { useI18n } from '../../i18n';
import { useFaults } from '../../kit/form/faults';
import { type Purpose, PurposeFields, purposeOf } from './PurposeFields';
import { words } from './words';

interface Props {
  /** What is to be shown, in words. */
  name: string;
  busy: boolean;
  onClose: () => void;
  onPurpose: (purpose: string) => Promise<unknown>;
}

/** Asks what a sensitive value is needed for. */
export function PurposeDialog({ name, busy, onClose, onPurpose }: Props) {
  const { t } = useI18n(words);
  const [form] = Form.useForm<Purpose>();
  const faults = useFaults(form);
  const submit = async (said: Purpose) => {
    try {
      await onPurpose(purposeOf(said));
      onClose();
    } catch (error) {
      faults(error);
    }
  };
  return (
    <Modal
      open
      title={t('unmaskTitle')}
      okText={t('unmaskOf', { n: name })}
      confirmLoading={busy}
      onOk={form.submit}
      onCancel={onClose}
      destroyOnHidden
    >
      <p>{t('unmaskExplain')}</p>
      <Form
        form={form}
        name="purpose"
        layout="vertical"
        requiredMark={false}
        onFinish={(said: Purpose) => void submit(said)}
        data-testid="purpose"
      >
        <PurposeFields />
      </Form>
    </Modal>
  );
}
