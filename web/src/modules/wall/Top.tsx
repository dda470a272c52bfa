import { FullscreenOutlined, RollbackOutlined } from '@ant-design/icons';
import type { Region, Session } from '../../api/client';
import { useI18n } from '../../i18n';
import { Keys } from '../../keys/Keys';
import { areaName } from './names';
import type { Theme } from './state';
import { type TextKey, words } from './words';

interface Props {
  session: Session;
  region: Region | undefined;
  theme: Theme;
  themes: readonly Theme[];
  now: Date;
  /** Whether it hangs on a wall, where nobody goes anywhere else. */
  hangs: boolean;
  children?: React.ReactNode;
  onTheme: (theme: Theme) => void;
  onRegion: (code: number) => void;
}

/** Where the wall stands, what it is about, and what time it is. */
export function Top({ session, region, theme, themes, now, hangs, children, onTheme, onRegion }: Props) {
  const { t, language, setLanguage } = useI18n(words);
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { timeZone: 'Asia/Shanghai', ...options }).format(now);
  const home = session.regions[0]?.code;
  const path = (region?.path ?? []).filter(({ code }) => home === undefined || code >= home);
  return (
    <header className="wall-top">
      <div className="wall-place">
        <h1>
          {(region?.path[0] ?? session.regions[0])?.name ?? ''}
          {t('wallTitle')}
        </h1>
        <nav aria-label={t('path')} data-testid="wall-path">
          {path.map(({ code, name }, index) => (
            <button
              key={code}
              type="button"
              aria-current={index === path.length - 1 ? 'location' : undefined}
              onClick={() => onRegion(code)}
            >
              {areaName(name)}
            </button>
          ))}
        </nav>
      </div>
      <div className="wall-themes" role="group" aria-label={t('themes')}>
        {themes.map((name, index) => (
          <button
            key={name}
            type="button"
            aria-pressed={theme === name}
            aria-keyshortcuts={String(index + 1)}
            onClick={() => onTheme(name)}
            data-testid={`theme-${name}`}
          >
            {t(`theme_${name}` as TextKey)}
          </button>
        ))}
      </div>
      <div className="wall-when">
        {children}
        {!hangs && session.permissions.includes('map.read') && (
          <a
            className="wall-button"
            href="/map"
            aria-label={t('wallBack')}
            title={t('wallBack')}
            data-testid="wall-back"
          >
            <RollbackOutlined aria-hidden />
          </a>
        )}
        <button
          type="button"
          className="wall-button"
          onClick={() => setLanguage(language === 'en' ? 'zh-CN' : 'en')}
          aria-label={t('languageLabel')}
        >
          {t('language')}
        </button>
        <Keys
          page="wall"
          button={(label, open) => (
            <button
              type="button"
              className="wall-button"
              aria-label={label}
              title={label}
              onClick={open}
              data-testid="keys"
            >
              <span aria-hidden>?</span>
            </button>
          )}
        />
        <button
          type="button"
          className="wall-button"
          aria-label={t('fullScreen')}
          title={t('fullScreen')}
          onClick={() =>
            void (
              document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()
            ).catch(() => undefined)
          }
        >
          <FullscreenOutlined aria-hidden />
        </button>
        <span className="wall-day">
          {part(
            language === 'en'
              ? { month: 'short', day: 'numeric', weekday: 'short' }
              : { month: 'long', day: 'numeric', weekday: 'long' },
          )}
        </span>
        <time className="wall-clock">
          {part({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })}
        </time>
      </div>
    </header>
  );
}
