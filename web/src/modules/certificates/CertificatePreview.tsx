import { Alert, Form, type FormInstance, Skeleton } from 'antd';
import { useDeferredValue } from 'react';
import { useI18n } from '../../i18n';
import { useSaying } from '../../kit/form/faults';
import { CertificateSays } from './CertificateFacts';
import { useCertificate } from './queries';
import { words } from './words';

/** Whose the certificate in a form's field is, before anything is done with it. */
export function CertificatePreview({ form }: { form: FormInstance }) {
  const { t } = useI18n(words);
  const saying = useSaying();
  const text = useDeferredValue((Form.useWatch('certificate', form) as string | undefined) ?? '');
  const read = useCertificate(text);
  if (text.trim() === '') return null;
  if (read.error) return <Alert role="alert" type="warning" showIcon title={saying(read.error)} />;
  if (!read.data) return <Skeleton active title={false} />;
  return (
    <section className="certificate preview" aria-label={t('certificateRead')} data-testid="certificate-read">
      <CertificateSays certificate={read.data} notBefore={read.data.not_before} />
    </section>
  );
}
