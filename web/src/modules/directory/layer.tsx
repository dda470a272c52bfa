import type { ReactNode } from 'react';
import { useCodes } from '../../api/hooks';
import { useI18n } from '../../i18n';
import type { LayerSign } from '../../kit/module';
import { nameOf } from '../../map/describe';
import { tokens } from '../../theme';
import { words } from './words';

/** What buildings of each use look like. */
export function BuildingSigns({ render }: { render: (signs: readonly LayerSign[]) => ReactNode }) {
  const { t, language } = useI18n(words);
  const codes = useCodes().data;
  return render(
    Object.entries(tokens.map.buildings).map(([use, colour]) => ({
      colour,
      text: use === 'other' ? t('signOtherUses') : nameOf(codes, 'building_use', use, language),
    })),
  );
}
