import { useCallback } from 'react';
import { useI18n } from '../../i18n';
import { words } from './words';

/** From when and until when something holds, in words; empty where it is open at both ends. */
export function usePeriod(): (from: string | null | undefined, until: string | null | undefined) => string {
  const { t, time } = useI18n(words);
  return useCallback(
    (from, until) => {
      const parts = [from && t('from', { time: time(from) }), until && t('until', { time: time(until) })];
      return parts.filter(Boolean).join(' ');
    },
    [t, time],
  );
}
