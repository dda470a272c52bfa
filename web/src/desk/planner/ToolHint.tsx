import { Button, InputNumber } from 'antd';
import { useI18n, type TextKey } from '../../i18n';
import type { Tool } from '../../map/controller';
import { isTouch } from '../touch';

/** The other tools have a panel, which says it. */
const HINTS: Partial<Record<NonNullable<Tool>, TextKey>> = { polygon: 'drawHintPolygon', circle: 'drawHintCircle', corridor: 'drawHintCorridor', regions: 'chooseHint' };
const TOUCH_HINTS: typeof HINTS = { polygon: 'touchHintPolygon', circle: 'touchHintCircle', corridor: 'touchHintCorridor', regions: 'touchHintRegions' };

interface Props {
  tool: NonNullable<Tool>;
  width: number;
  onWidth: (width: number) => void;
  onFinish: () => void;
  onCancel: () => void;
}

/** What to do with the tool; for a corridor, how wide it is. Without keys there are buttons to finish and to cancel. */
export function ToolHint({ tool, width, onWidth, onFinish, onCancel }: Props) {
  const { t } = useI18n();
  const touch = isTouch();
  const hint = (touch ? TOUCH_HINTS : HINTS)[tool];
  if (!hint) return null;
  return (
    <div className="hint">
      <span role="status">{t(hint)}<small>{t('keysDrawHint')}</small></span>
      {tool === 'corridor' && (
        <label><span>{t('corridorWidth')}</span><InputNumber size="small" min={1} max={50_000} step={50} value={width} onChange={(value) => value && onWidth(value)} data-testid="hint-width" /></label>
      )}
      {touch && (
        <span className="hint-actions">
          {tool !== 'circle' && <Button size="small" onClick={tool === 'regions' ? onCancel : onFinish} data-testid="draw-finish">{t('drawFinish')}</Button>}
          {tool !== 'regions' && <Button size="small" ghost onClick={onCancel} data-testid="draw-cancel">{t('drawCancel')}</Button>}
        </span>
      )}
    </div>
  );
}
