import { Alert, Form, Skeleton, Tag, type FormInstance } from 'antd';
import { useDeferredValue } from 'react';
import { useI18n } from '../../i18n';
import { useWords } from '../forms';
import { commonName, shown } from './names';
import { useCertificate } from './queries';
import { validity } from './standing';

/** Whose the certificate in a form's field is, before anything is done with it. */
export function CertificatePreview({ form }: { form: FormInstance }) {
  const { t, time } = useI18n();
  const words = useWords();
  const text = useDeferredValue((Form.useWatch('certificate', form) as string | undefined) ?? '');
  const read = useCertificate(text);
  if (text.trim() === '') return null;
  if (read.error) return <Alert role="alert" type="warning" showIcon title={words(read.error)} />;
  if (!read.data) return <Skeleton active title={false} />;
  const { subject, issuer, serial, fingerprint, not_before, not_after } = read.data;
  const standing = validity(not_after, Date.now());
  return (
    <section className="certificate preview" aria-label={t('certificateRead')} data-testid="certificate-read">
      <p className="certificate-name">
        <strong>{commonName(subject)}</strong>{' '}
        {standing !== 'good' && <Tag color={standing === 'soon' ? 'warning' : 'error'}>{t(`validity_${standing}`)}</Tag>}
      </p>
      <dl className="facts">
        <div><dt>{t('certificateSubject')}</dt><dd>{shown(subject)}</dd></div>
        <div><dt>{t('certificateIssuer')}</dt><dd>{shown(issuer)}</dd></div>
        <div><dt>{t('certificateSerial')}</dt><dd><code>{serial}</code></dd></div>
        <div><dt>{t('certificateValid')}</dt><dd>{t('certificateFromTo').replace('{from}', time(not_before)).replace('{to}', time(not_after))}</dd></div>
        <div><dt>{t('certificateFingerprint')}</dt><dd><code>{fingerprint}</code></dd></div>
      </dl>
    </section>
  );
}
