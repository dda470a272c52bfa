import './certificates.css';
import { Skeleton } from 'antd';
import { useI18n } from '../../i18n';
import { PanelProblem } from '../../kit/Problem';
import { CertificateFacts } from './CertificateFacts';
import { useOwnCertificates } from './queries';
import { words } from './words';

/** The certificates that open one's own account; binding them is the security administrator's. */
export function OwnCertificates() {
  const { t } = useI18n(words);
  const own = useOwnCertificates();
  const certificates = own.data?.filter(({ unbound_at }) => unbound_at == null);
  return (
    <section className="tile" aria-labelledby="own-certificates-title">
      <h2 id="own-certificates-title">{t('myCertificates')}</h2>
      <p className="hint-text">{t(certificates?.length === 0 ? 'myCertificatesNone' : 'myCertificatesExplain')}</p>
      {own.error && <PanelProblem error={own.error} onRetry={() => void own.refetch()} />}
      {own.isLoading && <Skeleton active />}
      {certificates && certificates.length > 0 && (
        <ul className="rows certificates">
          {certificates.map((certificate) => (
            <li key={certificate.id}>
              <CertificateFacts certificate={certificate} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
