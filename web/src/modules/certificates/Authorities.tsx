import { useQueryClient } from '@tanstack/react-query';
import { Button, Empty, Skeleton } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n';
import { PanelProblem } from '../../kit/Problem';
import { AuthorityCard } from './AuthorityCard';
import { AuthorityDialog } from './AuthorityDialog';
import { useAuthorities } from './queries';
import { words } from './words';

/** The authorities whose certificates sign people in, and how their revocation lists stand. */
export function Authorities() {
  const { t } = useI18n(words);
  const queries = useQueryClient();
  const authorities = useAuthorities();
  const [adding, setAdding] = useState(false);
  const changed = () => void queries.invalidateQueries({ queryKey: ['authorities'] });
  return (
    <section className="authorities" aria-label={t('admin_authorities')}>
      <div className="tile">
        <div className="tile-head">
          <h2>{t('admin_authorities')}</h2>
          <Button type="primary" onClick={() => setAdding(true)}>
            {t('authorityAdd')}
          </Button>
        </div>
        <p className="hint-text">{t('authoritiesExplain')}</p>
        {authorities.error && <PanelProblem error={authorities.error} onRetry={() => void authorities.refetch()} />}
        {authorities.isLoading && <Skeleton active />}
        {authorities.data?.length === 0 && (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('authoritiesNone')} />
        )}
      </div>
      <ul>
        {authorities.data?.map((authority) => (
          <li key={authority.id}>
            <AuthorityCard authority={authority} onChanged={changed} />
          </li>
        ))}
      </ul>
      {adding && <AuthorityDialog onAdded={changed} onClose={() => setAdding(false)} />}
    </section>
  );
}
