import { App } from 'antd';
import { useCallback } from 'react';
import { useI18n } from '../../i18n';

/** Lays a text on the clipboard and says so. */
export function useCopy(): (text: string) => void {
  const { t } = useI18n();
  const { message } = App.useApp();
  return useCallback((text) => void navigator.clipboard.writeText(text).then(() => message.success(t('copied')), () => message.error(t('copyFailed'))), [message, t]);
}
