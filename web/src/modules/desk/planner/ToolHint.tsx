import { Button, InputNumber } from 'antd';
import { useEffect, useState } from 'react';
import { useI18n } from '../../../i18n';
import { isTouch } from '../../../kit/touch';
import type { Circle } from '../../../map/circle';
import type { MapController, Tool } from '../../../map/controller';
import { useUnits } from '../tools/units';
import { type TextKey, words } from '../words';

/** The other tools have a panel, which says it. */
const HINTS: Partial<Record<NonNullable<Tool>, TextKey>> = {
  polygon: 'drawHintPolygon',
  circle: 'drawHintCircle',
  corridor: 'drawHintCorridor',
  regions: 'chooseHint',
};
const TOUCH_HINTS: typeof HINTS = {
  polygon: 'touchHintPolygon',
  circle: 'touchHintCircle',
  corridor: 'touchHintCorridor',
  regions: 'touchHintRegions',
};

interface Props {
  tool: NonNullable<Tool>;
  controller: MapController | null;
  width: number;
  onWidth: (width: number) => void;
  onFinish: () => void;
  onCancel: () => void;
}

/** What to do with the tool; for a corridor, how wide it is. Without keys there are buttons to finish and to cancel. */
export function ToolHint({ tool, controller, width, onWidth, onFinish, onCancel }: Props) {
  const { t } = useI18n(words);
  const units = useUnits();
  const touch = isTouch();
  const [circle, setCircle] = useState<Circle | null>(null);
  useEffect(() => {
    if (!controller) return undefined;
    controller.shaping = setCircle;
    return () => {
      controller.shaping = null;
    };
  }, [controller]);
  const hint = (touch ? TOUCH_HINTS : HINTS)[tool];
  if (!hint) return null;
  return (
    <div className="hint">
      <span role="status">
        {t(hint)}
        <small>{t('keysDrawHint')}</small>
      </span>
      {tool === 'circle' && circle && (
        <b className="hint-radius" data-testid="hint-radius">
          {t('drawRadius', { length: units.length(circle.radius) })}
        </b>
      )}
      {tool === 'corridor' && (
        <label>
          <span>{t('corridorWidth')}</span>
          <InputNumber
            size="small"
            min={1}
            max={50_000}
            step={50}
            value={width}
            onChange={(value) => value && onWidth(value)}
            data-testid="hint-width"
          />
        </label>
      )}
      {touch && (
        <span className="hint-actions">
          {tool !== 'circle' && (
            <Button size="small" onClick={tool === 'regions' ? onCancel : onFinish} data-testid="draw-finish">
              {t('drawFinish')}
            </Button>
          )}
          {tool !== 'regions' && (
            <Button size="small" ghost onClick={onCancel} data-testid="draw-cancel">
              {t('drawCancel')}
            </Button>
          )}
        </span>
      )}
    </div>
  );
}
