import { useCodes } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { nameOf } from '../../map/describe';
import type { TextKey } from './words';

/** Who did something, by the name that the server gives: what the program does by itself, and the people of a made city, have none. */
export function sayActor(name: string, t: (key: TextKey) => string): string {
  if (name.startsWith('system:demo-')) return t('actorMade');
  return name.startsWith('system:') ? t('historySystem') : name || t('caseProtected');
}

/** Names the codes of cases, in the reader's language. */
export function useCaseNames() {
  const { language } = useI18n();
  const codes = useCodes().data;
  const named = (table: string) => (code: string) => nameOf(codes, table, code, language);
  return {
    category: named('case_category'),
    status: named('case_status'),
    severity: named('case_urgency'),
    channel: named('case_channel'),
    level: named('case_level'),
    reason: named('case_reason'),
    demand: named('case_demand'),
    /** Who is to settle it, by its category; empty where that isn't recorded. */
    department: (category: string) => {
      const name = named('case_department')(category);
      return name === category ? '' : name;
    },
    /** The codes of a table with their names, to choose from. */
    options: (table: string) =>
      [...(codes?.get(table)?.values() ?? [])].map(({ code, name, name_en }) => ({
        value: code,
        label: (language === 'en' && name_en) || name,
      })),
  };
}
