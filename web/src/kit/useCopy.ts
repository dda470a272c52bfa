import { App } from 'antd';
import { useCallback } from 'react';
import { useI18n } from '../i18n';

/** Lays a text on the clipboard and says so. Pages without TLS have no clipboard: there it says that it can't. */
export function useCopy(): (text: string, done?: string) => void {
  const { t } = useI18n();
  const { message } = App.useApp();
  return useCallback(
    async (text: string, done = t('copied')) => {
      try {
        await navigator.clipboard.writeText(text);
        void message.success(done);
      } catch {
        void message.error(t('copyFailed'));
      }
    },
    [message, t],
  );
}
