import { useQuery } from '@tanstack/react-query';
import { Drawer, Empty, Skeleton } from 'antd';
import { useLocation } from 'react-router';
import { pageAt } from '../api/declared';
import { useI18n } from '../i18n';
import { useModules } from '../kit/module';
import { PanelProblem } from '../kit/Problem';
import { fetchPart } from '../kit/part/fetching';

const homeHelp = () => import('./home/help');

/** How the page that one is on is used: the help of its module, its own part first. */
export function Help({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t, title } = useI18n();
  const { pathname } = useLocation();
  const modules = useModules();
  const page = pageAt(pathname);
  const owner = modules.find(({ pages = [] }) => pages.some(({ path }) => path === page?.path));
  const load = pathname === '/' ? homeHelp : owner?.help;
  const help = useQuery({
    queryKey: ['help', owner?.name ?? pathname],
    enabled: open && load !== undefined,
    staleTime: Infinity,
    queryFn: async () => (load ? (await fetchPart(load)).default : []),
  });
  const isAbout = (path: string | undefined) =>
    path !== undefined && (pathname === path || pathname.startsWith(`${path}/`));
  const sections = (help.data ?? []).toSorted((one, other) => Number(isAbout(other.path)) - Number(isAbout(one.path)));
  return (
    <Drawer
      open={open}
      size={440}
      title={[t('help'), pathname === '/' ? t('home_title') : page && title(page.title)].filter(Boolean).join(' · ')}
      onClose={onClose}
      destroyOnHidden
    >
      <div lang="zh-CN" data-testid="help-text">
        {!load && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('helpNone')} />}
        {help.error && <PanelProblem error={help.error} onRetry={() => void help.refetch()} />}
        {load && help.isPending && <Skeleton active />}
        {sections.map((section) => (
          <section key={section.title} className="help-section">
            <h3>{section.title}</h3>
            {section.text.map((line) => (
              <p key={line}>{line}</p>
            ))}
          </section>
        ))}
      </div>
    </Drawer>
  );
}
