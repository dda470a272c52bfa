import type { Polygon, Position } from 'geojson';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useI18n } from '../../../i18n';
import { fetchUntilThere } from '../../../kit/part/fetching';
import { circleOf } from '../../../map/circle';
import type { MapController } from '../../../map/controller';
import type { Editable, Handles } from '../../../map/handles';
import { useUnits } from '../tools/units';
import { words } from '../words';

/** The shape of a drawn area as it can be corrected; nothing for one with holes. */
export function editableOf(polygon: Polygon | null, line: Position[] | null): Editable | null {
  if (!polygon) return null;
  if (line) return { kind: 'line', points: line };
  const round = circleOf(polygon);
  if (round) return { kind: 'circle', ...round };
  return polygon.coordinates.length === 1
    ? { kind: 'polygon', corners: polygon.coordinates[0]?.slice(0, -1) ?? [] }
    : null;
}

/** Handles on the drawn area, as long as nothing else is being drawn. */
export function useHandles(
  controller: MapController | null,
  polygon: Polygon | null,
  line: Position[] | null,
  onDone: (shape: Editable) => void,
): void {
  const { t } = useI18n(words);
  const units = useUnits();
  const [handles, setHandles] = useState<Handles | null>(null);
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  });
  const shape = useMemo(() => editableOf(polygon, line), [polygon, line]);
  const isNeeded = shape !== null;
  useEffect(() => {
    if (!controller || !isNeeded) return undefined;
    let wanted = true;
    let made: Handles | null = null;
    const words = { corner: t('handleCorner'), centre: t('handleCentre'), edge: t('handleEdge'), metres: units.length };
    void fetchUntilThere(
      () => import('../../../map/handles'),
      () => wanted,
    ).then((module) => {
      if (!wanted || !module) return;
      made = new module.Handles(controller.map, words, {
        preview: (to) => controller.preview(to),
        done: (to) => done.current(to),
      });
      setHandles(made);
    });
    return () => {
      wanted = false;
      made?.show(null);
      setHandles(null);
    };
  }, [controller, isNeeded, t, units]);
  useEffect(() => handles?.show(shape), [handles, shape]);
}
