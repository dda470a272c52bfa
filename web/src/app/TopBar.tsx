import { GlobalOutlined, MenuOutlined, PlusOutlined, QuestionCircleOutlined, SearchOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { Session } from '../api/client';
import { useI18n } from '../i18n';
import { useModules } from '../kit/module';
import { Help } from './Help';
import { PostSwitch } from './PostSwitch';
import { Search } from './Search';
import classes from './Shell.module.css';
import { UserMenu } from './UserMenu';

/** The head of every page: the way home, the search, what can be begun, what waits, the post, help, language, account. */
export function TopBar({ session, onList }: { session: Session; onList: () => void }) {
  const { t, title, language, setLanguage } = useI18n();
  const modules = useModules();
  const navigate = useNavigate();
  const [searching, search] = useState(false);
  const [helping, help] = useState(false);
  const entries = modules.flatMap(({ newEntries = [] }) => newEntries).filter((entry) => entry.isFor(session));
  return (
    <header className={classes['top']} data-searching={searching} data-area data-testid="top-bar">
      <Button
        className={classes['narrowOnly'] ?? ''}
        type="text"
        style={{ color: 'inherit' }}
        icon={<MenuOutlined aria-hidden />}
        aria-label={t('navigation')}
        aria-haspopup="dialog"
        onClick={onList}
        data-testid="all-pages"
      />
      <a className={classes['brand']} href="/" title={t('home_title')} data-testid="brand">
        <img src="/favicon.svg" alt="" width={30} height={30} />
        <strong>{t('product')}</strong>
        <small>{t('productAbout')}</small>
      </a>
      <Search session={session} onDone={() => search(false)} />
      <div className={classes['tools']}>
        <Button
          className={classes['narrowOnly'] ?? ''}
          type="text"
          icon={<SearchOutlined aria-hidden />}
          aria-label={t('search')}
          aria-expanded={searching}
          onClick={() => search(!searching)}
          data-testid="search-open"
        />
        {entries.length > 0 && (
          <Dropdown
            trigger={['click']}
            menu={{
              items: entries.map((entry) => ({ key: entry.address, label: title(entry.title) })),
              onClick: ({ key }) => void navigate(key),
            }}
          >
            <Button
              className={classes['wideOnly'] ?? ''}
              type="text"
              icon={<PlusOutlined aria-hidden />}
              aria-label={t('fresh')}
              aria-haspopup="menu"
              data-testid="new"
            >
              {t('fresh')}
            </Button>
          </Dropdown>
        )}
        {modules.map(({ name, InTopBar }) => InTopBar && <InTopBar key={name} session={session} />)}
        <PostSwitch session={session} />
        <Button
          type="text"
          className={classes['wideOnly'] ?? ''}
          icon={<QuestionCircleOutlined aria-hidden />}
          aria-label={t('help')}
          title={t('help')}
          aria-haspopup="dialog"
          onClick={() => help(true)}
          data-testid="help"
        />
        <Button
          type="text"
          icon={<GlobalOutlined aria-hidden />}
          aria-label={t('languageLabel')}
          title={t('languageLabel')}
          onClick={() => setLanguage(language === 'en' ? 'zh-CN' : 'en')}
        >
          <span className={classes['wideOnly']}>{t('language')}</span>
        </Button>
        <UserMenu session={session} onHelp={() => help(true)} />
      </div>
      <Help open={helping} onClose={() => help(false)} />
    </header>
  );
}
