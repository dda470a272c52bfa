import './certificates.css';
import { Tag } from 'antd';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n';
import { commonName, shown } from './names';
import type { Bound } from './queries';
import { validity } from './standing';
import { words } from './words';

interface Said {
  certificate: Pick<Bound, 'subject' | 'issuer' | 'serial' | 'fingerprint' | 'not_after'>;
  /** From when it holds, where that is of interest. */
  notBefore?: string;
  /** In place of how its validity stands. */
  tag?: ReactNode;
  /** More of it, in pairs of `dt` and `dd`. */
  children?: ReactNode;
}

/** Whose a certificate is, who issued it, and until when it holds. */
export function CertificateSays({
  certificate: { subject, issuer, serial, fingerprint, not_after },
  notBefore,
  tag,
  children,
}: Said) {
  const { t, time } = useI18n(words);
  const standing = validity(not_after, Date.now());
  return (
    <>
      <p className="certificate-name">
        <strong>{commonName(subject)}</strong>{' '}
        {tag ??
          (standing !== 'good' && (
            <Tag color={standing === 'soon' ? 'warning' : 'error'}>{t(`validity_${standing}`)}</Tag>
          ))}
      </p>
      <dl className="facts">
        <div>
          <dt>{t('certificateSubject')}</dt>
          <dd>{shown(subject)}</dd>
        </div>
        <div>
          <dt>{t('certificateIssuer')}</dt>
          <dd>{shown(issuer)}</dd>
        </div>
        <div>
          <dt>{t('certificateSerial')}</dt>
          <dd>
            <code>{serial}</code>
          </dd>
        </div>
        {notBefore === undefined ? (
          <div>
            <dt>{t('certificateNotAfter')}</dt>
            <dd>{time(not_after)}</dd>
          </div>
        ) : (
          <div>
            <dt>{t('certificateValid')}</dt>
            <dd>{t('certificateFromTo', { from: time(notBefore), to: time(not_after) })}</dd>
          </div>
        )}
        <div>
          <dt>{t('certificateFingerprint')}</dt>
          <dd>
            <code>{fingerprint}</code>
          </dd>
        </div>
        {children}
      </dl>
    </>
  );
}

/** A certificate that opens an account, or opened it. */
export function CertificateFacts({ certificate }: { certificate: Bound }) {
  const { t, time } = useI18n(words);
  const { not_after, bound_by, bound_at, unbound_at, waits } = certificate;
  const isOver = unbound_at != null;
  return (
    <div className="certificate" data-ended={isOver || validity(not_after, Date.now()) === 'ended'}>
      <CertificateSays
        certificate={certificate}
        tag={
          isOver ? (
            <Tag>{t('certificateUnbound')}</Tag>
          ) : waits ? (
            <Tag color="warning">{t('waitsForSystem')}</Tag>
          ) : undefined
        }
      >
        <div>
          <dt>{t('certificateBound')}</dt>
          <dd>{t('byAt', { by: bound_by, at: time(bound_at) })}</dd>
        </div>
        {isOver && (
          <div>
            <dt>{t('certificateUnboundAt')}</dt>
            <dd>{time(unbound_at)}</dd>
          </div>
        )}
      </CertificateSays>
    </div>
  );
}
