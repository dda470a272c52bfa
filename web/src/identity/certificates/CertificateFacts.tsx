import { Tag } from 'antd';
import { useI18n } from '../../i18n';
import type { Bound } from './queries';
import { commonName, shown } from './names';
import { validity } from './standing';

/** Whose a certificate is, who issued it, and until when it opens the account. */
export function CertificateFacts({ certificate }: { certificate: Bound }) {
  const { t, time } = useI18n();
  const { subject, issuer, serial, fingerprint, not_after, bound_by, bound_at, unbound_at } = certificate;
  const standing = validity(not_after, Date.now());
  return (
    <div className="certificate" data-ended={unbound_at != null || standing === 'ended'}>
      <p className="certificate-name">
        <strong>{commonName(subject)}</strong>{' '}
        {unbound_at != null ? <Tag>{t('certificateUnbound')}</Tag> : standing !== 'good' && <Tag color={standing === 'soon' ? 'warning' : 'error'}>{t(`validity_${standing}`)}</Tag>}
      </p>
      <dl className="facts">
        <div><dt>{t('certificateSubject')}</dt><dd>{shown(subject)}</dd></div>
        <div><dt>{t('certificateIssuer')}</dt><dd>{shown(issuer)}</dd></div>
        <div><dt>{t('certificateSerial')}</dt><dd><code>{serial}</code></dd></div>
        <div><dt>{t('certificateNotAfter')}</dt><dd>{time(not_after)}</dd></div>
        <div><dt>{t('certificateFingerprint')}</dt><dd><code>{fingerprint}</code></dd></div>
        <div><dt>{t('certificateBound')}</dt><dd>{t('byAt').replace('{by}', bound_by).replace('{at}', time(bound_at))}</dd></div>
        {unbound_at != null && <div><dt>{t('certificateUnboundAt')}</dt><dd>{time(unbound_at)}</dd></div>}
      </dl>
    </div>
  );
}
