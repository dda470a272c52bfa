import './certificates.css';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Skeleton } from 'antd';
import { useState } from 'react';
import { client, type Schemas } from '../../api/client';
import { useI18n } from '../../i18n';
import { isAsked, useFailed } from '../../kit/form/faults';
import { PanelProblem } from '../../kit/Problem';
import { BindDialog } from './BindDialog';
import { CertificateFacts } from './CertificateFacts';
import { commonName } from './names';
import { type Bound, useBound } from './queries';
import { words } from './words';

/** The certificates that open an account: the security administrator binds them and takes them away. */
export function BoundList({ account }: { account: Schemas['Account'] }) {
  const { t } = useI18n(words);
  const { message, modal } = App.useApp();
  const failed = useFailed();
  const queries = useQueryClient();
  const bound = useBound(account.id);
  const [binding, setBinding] = useState(false);
  const changed = () => void queries.invalidateQueries({ queryKey: ['certificates', account.id] });
  const unbind = ({ id, subject }: Bound) =>
    modal.confirm({
      title: t('unbindAsk', { certificate: commonName(subject) }),
      content: t('unbindExplain', { name: account.name }),
      okText: t('unbind'),
      okButtonProps: { danger: true },
      onOk: () =>
        isAsked(
          client.DELETE('/api/accounts/{id}/certificates/{certificate}', {
            params: { path: { id: account.id, certificate: id } },
          }),
        ).then((asked) => {
          void message.success(t(asked ? 'askedOther' : 'unbindDone'));
          changed();
        }, failed),
    });
  // Those that were unbound come last.
  const rows = [...(bound.data ?? [])].sort(
    (one, other) => Number(one.unbound_at != null) - Number(other.unbound_at != null),
  );
  return (
    <section aria-labelledby="certificates-title">
      <div className="tile-head">
        <h3 id="certificates-title">{t('certificates')}</h3>
        {account.state !== 'left' && (
          <Button type="primary" size="small" onClick={() => setBinding(true)}>
            {t('bind')}
          </Button>
        )}
      </div>
      {bound.error && <PanelProblem error={bound.error} onRetry={() => void bound.refetch()} />}
      {bound.isLoading && <Skeleton active />}
      {bound.data && rows.length === 0 && <p className="hint-text">{t('certificatesNone')}</p>}
      <ul className="rows certificates" data-testid="certificates">
        {rows.map((certificate) => (
          <li key={certificate.id}>
            <CertificateFacts certificate={certificate} />
            {certificate.unbound_at == null && (
              <Button
                size="small"
                danger
                aria-label={`${t('unbind')} ${commonName(certificate.subject)}`}
                onClick={() => unbind(certificate)}
              >
                {t('unbind')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {binding && <BindDialog account={account} onBound={changed} onClose={() => setBinding(false)} />}
    </section>
  );
}
