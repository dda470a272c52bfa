import { GlobalOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { useI18n } from '../i18n';

/** The card in the middle of a page of one thing: sign-in, activation, a new password. */
export function EntryCard({ title, text, children }: { title: string; text: ReactNode; children: ReactNode }) {
  const { t, language, setLanguage } = useI18n();
  useEffect(() => {
    document.title = `${title} · ${t('product')}`;
  }, [title, t]);
  return (
    <main className="signin">
      <div className="signin-card">
        <div className="signin-head">
          <img src="/favicon.svg" alt="" width={48} height={48} />
          <Button
            type="text"
            icon={<GlobalOutlined aria-hidden />}
            aria-label={t('languageLabel')}
            onClick={() => setLanguage(language === 'en' ? 'zh-CN' : 'en')}
          >
            {t('language')}
          </Button>
        </div>
        <h1>{title}</h1>
        <p>{text}</p>
        {children}
      </div>
    </main>
  );
}
