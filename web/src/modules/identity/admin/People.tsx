import { Button, Segmented, Skeleton } from 'antd';
import { useMemo, useState } from 'react';
import { PanelProblem } from '../../../kit/Problem';
import { useI18n } from '../../../i18n';
import { words } from '../words';
import { useAgencies } from '../hooks';
import { AccountDrawer } from './AccountDrawer';
import { AccountList } from './AccountList';
import type { Rights } from './rights';
import { AgencyMenu } from './AgencyMenu';
import { AgencyTree } from './AgencyTree';
import { PostList } from './PostList';
import { treeOf } from './tree';

type View = 'accounts' | 'posts';

/** The agencies at one side; the accounts and posts of the chosen one at the other. */
export function People({ rights }: { rights: Rights }) {
  const { t } = useI18n(words);
  const agencies = useAgencies();
  const [chosen, choose] = useState<number | null>(null);
  const [view, setView] = useState<View>('accounts');
  const [account, setAccount] = useState<number | null>(null);
  const tree = useMemo(() => treeOf(agencies.data ?? []), [agencies.data]);
  const agency = agencies.data?.find(({ id }) => id === chosen) ?? null;
  if (agencies.error) return <PanelProblem error={agencies.error} onRetry={() => void agencies.refetch()} />;
  if (!agencies.data) return <Skeleton active />;
  return (
    <div className="people">
      <aside className="tile" aria-label={t('agencies')}>
        <div className="tile-head">
          <h2>{t('agencies')}</h2>
          {rights.manage && <AgencyMenu agency={agency} tree={tree} onClosed={() => choose(null)} />}
        </div>
        <AgencyTree tree={tree} chosen={chosen} onChoose={choose} />
      </aside>
      <section className="tile" aria-label={agency?.name ?? t('agencyAll')}>
        <div className="tile-head">
          <h2>{agency?.name ?? t('agencyAll')}</h2>
          {agency && <Button type="link" size="small" onClick={() => choose(null)}>{t('agencyAll')}</Button>}
          <Segmented<View> value={view} onChange={setView} options={[{ value: 'accounts', label: t('accounts') }, { value: 'posts', label: t('posts') }]} />
        </div>
        {view === 'accounts'
          ? <AccountList key={chosen} agency={chosen} rights={rights} onOpen={setAccount} />
          : agency ? <PostList agency={agency} rights={rights} /> : <p className="hint-text">{t('postsChoose')}</p>}
      </section>
      <AccountDrawer id={account} rights={rights} onClose={() => setAccount(null)} />
    </div>
  );
}
