import { InputNumber } from 'antd';
import { useI18n, type TextKey } from '../../i18n';
import type { Tool } from '../../map/controller';

/** The other tools have a panel, which says it. */
const HINTS: Partial<Record<NonNullable<Tool>, TextKey>> = { polygon: 'drawHintPolygon', circle: 'drawHintCircle', corridor: 'drawHintCorridor', regions: 'chooseHint' };

/** What to do with the tool; for a corridor, how wide it is. */
export function ToolHint({ tool, width, onWidth }: { tool: NonNullable<Tool>; width: number; onWidth: (width: number) => void }) {
  const { t } = useI18n();
  const hint = HINTS[tool];
  if (!hint) return null;
  return (
    <div className="hint">
      <span role="status">{t(hint)}<small>{t('keysDrawHint')}</small></span>
      {tool === 'corridor' && (
        <label><span>{t('corridorWidth')}</span><InputNumber size="small" min={1} max={50_000} step={50} value={width} onChange={(value) => value && onWidth(value)} data-testid="hint-width" /></label>
      )}
    </div>
  );
}
