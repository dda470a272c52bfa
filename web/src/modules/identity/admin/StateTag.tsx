import { Tag } from 'antd';
import { useI18n } from '../../../i18n';
import { words } from '../words';
import { type AccountState, stateTags } from './states';

/** The state of an account. */
export function StateTag({ state }: { state: string }) {
  const { t } = useI18n(words);
  return <Tag color={stateTags[state as AccountState]}>{t(`state_${state as AccountState}`)}</Tag>;
}
