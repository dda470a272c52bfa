import { useI18n } from '../../i18n';
import { FormDialog } from '../../kit/form/FormDialog';
import { type Purpose, PurposeFields, purposeOf } from './PurposeFields';
import { words } from './words';

interface Props {
  /** What is to be shown, in words. */
  name: string;
  onClose: () => void;
  onPurpose: (purpose: string) => Promise<unknown>;
}

/** Asks what a sensitive value is needed for. */
export function PurposeDialog({ name, onClose, onPurpose }: Props) {
  const { t } = useI18n(words);
  return (
    <FormDialog<Purpose>
      name="purpose"
      title={t('unmaskTitle')}
      okText={t('unmaskOf', { n: name })}
      requiredMark={false}
      onSubmit={async (said) => {
        await onPurpose(purposeOf(said));
        return undefined;
      }}
      onClose={onClose}
      testId="purpose"
    >
      <p>{t('unmaskExplain')}</p>
      <PurposeFields />
    </FormDialog>
  );
}
