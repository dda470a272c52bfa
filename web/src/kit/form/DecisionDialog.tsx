import { Form, Input } from 'antd';
import { useI18n } from '../../i18n';
import { FormDialog } from './FormDialog';

interface Props {
  /** What was asked for, in words. */
  sentence: string;
  granted: boolean;
  onDecide: (note: string) => Promise<void>;
  /** After each try: what somebody else decided meanwhile is no longer there to decide. */
  onSettled: () => void;
  onClose: () => void;
}

/** Agrees to a request or refuses it, with a note. */
export function DecisionDialog({ sentence, granted, onDecide, onSettled, onClose }: Props) {
  const { t } = useI18n();
  return (
    <FormDialog<{ note?: string }>
      name="decision"
      title={t(granted ? 'approveAsk' : 'refuseAsk')}
      okText={t(granted ? 'approve' : 'refuse')}
      isDanger={!granted}
      onSubmit={async ({ note }) => {
        await onDecide(note?.trim() ?? '');
        return t(granted ? 'requestGranted' : 'requestRefused');
      }}
      onSettled={onSettled}
      onClose={onClose}
    >
      <p>
        <strong>{sentence}</strong>
      </p>
      <Form.Item name="note" label={t('note')}>
        <Input.TextArea rows={3} maxLength={400} showCount placeholder={t('noteHint')} />
      </Form.Item>
    </FormDialog>
  );
}
