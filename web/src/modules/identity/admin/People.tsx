import { Button, Segmented, Skeleton } from 'antd';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useI18n } from '../../../i18n';
import { PanelProblem } from '../../../kit/Problem';
import { useAgencies } from '../hooks';
import { words } from '../words';
import { AccountDrawer } from './AccountDrawer';
import { AccountList } from './AccountList';
import { AgencyList } from './AgencyList';
import { AgencyMenu } from './AgencyMenu';
import { AgencyTree } from './AgencyTree';
import { PostList } from './PostList';
import type { Rights } from './rights';
import { treeOf } from './tree';

const VIEWS = ['accounts', 'posts', 'agencies'] as const;
type View = (typeof VIEWS)[number];

/** The agencies at one side; the accounts and posts of the chosen one at the other. */
export function People({ rights }: { rights: Rights }) {
  const { t } = useI18n(words);
  const agencies = useAgencies();
  const [chosen, choose] = useState<number | null>(null);
  const [asked, ask] = useSearchParams();
  const view = VIEWS.find((known) => known === asked.get('view')) ?? 'accounts';
  // Another list has other filters.
  const setView = (next: View) => ask(next === 'accounts' ? {} : { view: next });
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
          {agency && (
            <Button type="link" size="small" onClick={() => choose(null)}>
              {t('agencyAll')}
            </Button>
          )}
          <Segmented<View>
            aria-label={t('peopleView')}
            value={view}
            onChange={setView}
            options={[
              { value: 'accounts', label: t('accounts') },
              { value: 'posts', label: t('posts') },
              { value: 'agencies', label: t('agencies') },
            ]}
          />
        </div>
        {view === 'accounts' && <AccountList key={chosen} agency={chosen} rights={rights} onOpen={setAccount} />}
        {view === 'posts' &&
          (agency ? <PostList agency={agency} rights={rights} /> : <p className="hint-text">{t('postsChoose')}</p>)}
        {view === 'agencies' && (
          <AgencyList
            onOpen={(id) => {
              choose(id);
              setView('accounts');
            }}
          />
        )}
      </section>
      <AccountDrawer id={account} rights={rights} onClose={() => setAccount(null)} />
    </div>
  );
}
