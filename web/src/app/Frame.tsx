import '../modules/identity/identity.css';
import '../modules/certificates/certificates.css';
import { GlobalOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, type ReactNode } from 'react';
import type { Session } from '../api/client';
import { useI18n } from '../i18n';
import { UserMenu } from './UserMenu';

/** The head of a page without a map, and what stands below it. */
export function Frame({ session, title, children }: { session: Session; title: string; children: ReactNode }) {
  const { t, language, setLanguage } = useI18n();
  useEffect(() => {
    document.title = `${title} · ${t('product')}`;
  }, [title, t]);
  return (
    <div className="office">
      <header className="office-head">
        <a className="office-brand" href="/" aria-label={t('product')}><img src="/favicon.svg" alt="" width={30} height={30} /><strong>{t('product')}</strong></a>
        <h1>{title}</h1>
        <Button type="text" icon={<GlobalOutlined aria-hidden />} aria-label={t('languageLabel')} onClick={() => setLanguage(language === 'en' ? 'zh-CN' : 'en')}><span className="wide">{t('language')}</span></Button>
        <UserMenu session={session} />
      </header>
      {children}
    </div>
  );
}
