import { type ReactNode, useEffect, useState } from 'react';
import { useLocation, useNavigationType } from 'react-router';
import type { Session } from '../api/client';
import { useI18n } from '../i18n';
import { AllPages } from './AllPages';
import { BottomBar } from './BottomBar';
import { navGroups } from './groups';
import { viewAt } from './pages';
import { Rail, type RailState } from './Rail';
import classes from './Shell.module.css';
import { TopBar } from './TopBar';

const KEY = 'gridhall.rail';

/** The frame around a page: the top bar, the navigation at its side, on phones a bar below. */
export function Shell({ session, children }: { session: Session; children: ReactNode }) {
  const { t } = useI18n();
  const { pathname } = useLocation();
  const moved = useNavigationType();
  const [chosen, choose] = useState(() => localStorage.getItem(KEY));
  const [listed, list] = useState(false);
  const isMap = viewAt(pathname)?.isMap ?? false;
  const groups = navGroups();
  // A map takes the room, until its reader wants the words as well.
  const state: RailState = groups.length < 2 ? 'none' : ((chosen as RailState | null) ?? (isMap ? 'folded' : 'open'));
  const toggle = () => {
    const next = state === 'open' ? 'folded' : 'open';
    localStorage.setItem(KEY, next);
    choose(next);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of page begins at its top
  useEffect(() => {
    // Back and Forward come to where one was; another page begins at its top.
    if (moved !== 'POP') window.scrollTo(0, 0);
  }, [pathname, moved]);
  return (
    <div className={classes['shell']} data-rail={state} data-map={isMap}>
      {/* biome-ignore lint/a11y/useValidAnchor: it leads to a part of this page */}
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          // Going to a part of the page would be a step of its own in the browser's history.
          event.preventDefault();
          document.querySelector<HTMLElement>('[data-skip-to]')?.focus();
        }}
      >
        {t(isMap ? 'skipToMap' : 'skip')}
      </a>
      <TopBar session={session} onList={() => list(true)} />
      {state !== 'none' && <Rail groups={groups} state={state} onToggle={toggle} />}
      <div className={classes['body']}>{children}</div>
      <BottomBar groups={groups} isMap={isMap} listed={listed} onList={() => list(true)} />
      <AllPages groups={groups} open={listed} onClose={() => list(false)} />
    </div>
  );
}
