import type { FormRule } from 'antd';
import { useMemo } from 'react';
import { useI18n } from '../../i18n';

/** Whether all that was chosen is sent: an empty key stands for what isn't. */
const allSent = (keys: readonly string[] | undefined): boolean => (keys ?? []).every((key) => key !== '');

/** A form waits until every file of a field is sent. */
export function useFilesSent(): FormRule {
  const { t } = useI18n();
  return useMemo(
    () => ({
      validator: (_, keys: readonly string[] | undefined) =>
        allSent(keys) ? Promise.resolve() : Promise.reject(new Error(t('filesWait'))),
    }),
    [t],
  );
}
