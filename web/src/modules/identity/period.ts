import { useCallback } from 'react';
import { useI18n } from '../../i18n';

/** From when and until when something holds, in words; empty where it is open at both ends. */
export function usePeriod(): (from: string | null | undefined, until: string | null | undefined) => string {
  const { t, time } = useI18n();
  return useCallback((from, until) => {
    const parts = [from && t('from').replace('{time}', time(from)), until && t('until').replace('{time}', time(until))];
    return parts.filter(Boolean).join(' ');
  }, [t, time]);
}
