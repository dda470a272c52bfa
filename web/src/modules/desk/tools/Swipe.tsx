import { Checkbox, DatePicker, Segmented, Select } from 'antd';
import dayjs from 'dayjs';
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useLayers } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { fetchUntilThere } from '../../../kit/part/fetching';
import type { MapController } from '../../../map/controller';
import { figureOf, figures, isOfCases, maySee } from '../../../map/figures/figures';
import type { Marked } from '../../../map/marks';
import { complete, type Stack } from '../../../map/stack';
import type { SwipeMap } from '../../../map/swipe';
import { type Face, FaceContext, faces } from '../../../theme';
import type { Swiped } from '../address/shareSwipe';
import { Legend } from '../planner/Legend';
import { type Choropleth, DAYS, endOf, levels, plain } from '../planner/state';
import { useChoropleth } from '../planner/useChoropleth';
import type { Planner } from '../planner/usePlanner';
import { type TextKey, words } from '../words';
import { ToolCard } from './ToolCard';
import type { MapTools } from './useMapTools';

const [LEAST, MOST, STEP] = [5, 95, 2];
const NONE = 'none';
const SHORT: Record<string, TextKey> = {
  county: 'shortCounty',
  street: 'shortStreet',
  community: 'shortCommunity',
  grid: 'shortGrid',
};

interface Props {
  tools: MapTools;
  swiped: Swiped;
  controller: MapController;
  home: number | null;
  permissions: readonly string[];
  stack: Stack;
  marked: Marked;
  planner: Planner;
}

/** Two maps side by side: the desk's own on the left, another look at the same place on the right. */
export function Swipe({ tools, swiped, controller, home, permissions, stack, marked, planner }: Props) {
  const { t, language, title: titled } = useI18n(words);
  const layers = useLayers();
  const { face, figure: coloured, level, days, ends } = swiped;
  const off = useMemo(() => new Set(swiped.off), [swiped.off]);
  const map = useMemo<Choropleth>(
    () => ({ ...plain, on: coloured !== null, figure: coloured ?? plain.figure, level, days }),
    [coloured, level, days],
  );
  const set = (part: Partial<Swiped>) => tools.setSwiped({ ...swiped, ...part });
  const names = complete(stack.order).filter((name) => layers.data?.layers.some((layer) => layer.name === name));
  const title = (name: string) => {
    const of = layers.data?.layers.find((layer) => layer.name === name)?.title;
    return (language === 'en' ? of?.en : of?.zh) ?? name;
  };
  return (
    <ToolCard title={t('swipeTitle')} hint={t('swipeWhat')} testId="swipe-panel" onClose={() => tools.open(null)}>
      <label className="field">
        <span>{t('swipeFace')}</span>
        <Segmented<Face['name']>
          block
          size="small"
          value={face}
          onChange={(next) => set({ face: next })}
          options={[
            { value: 'light', label: t('swipeDay') },
            { value: 'dark', label: t('swipeNight') },
          ]}
          data-testid="swipe-face"
        />
      </label>
      <label className="field">
        <span>{t('swipeFigure')}</span>
        <Select
          size="small"
          value={map.on ? map.figure : NONE}
          onChange={(figure) => set({ figure: figure === NONE ? null : figure })}
          aria-label={t('swipeFigure')}
          listHeight={480}
          data-testid="swipe-figure"
          options={[
            { value: NONE, label: t('swipeNoFigure') },
            ...figures().map((figure) => ({
              value: figure.key,
              label: titled(figure.title),
              disabled: !maySee(figure, permissions),
            })),
          ]}
        />
      </label>
      {map.on && (
        <label className="field">
          <span>{t('swipeLevel')}</span>
          <Segmented
            block
            size="small"
            value={map.level}
            onChange={(level) => set({ level })}
            options={levels.map((level) => ({ value: level, label: t(SHORT[level] ?? 'level') }))}
          />
        </label>
      )}
      {map.on && isOfCases(figureOf(map.figure)) && (
        <div className="swipe-time">
          <label className="field">
            <span>{t('swipeAt')}</span>
            <DatePicker
              size="small"
              value={ends ? dayjs(ends) : null}
              placeholder={t('swipeNow')}
              maxDate={dayjs()}
              onChange={(day) => set({ ends: day ? day.format('YYYY-MM-DD') : null })}
              aria-label={t('swipeAt')}
              data-testid="swipe-at"
            />
          </label>
          {figureOf(map.figure).isOfPeriod && (
            <label className="field">
              <span>{t('swipePeriod')}</span>
              <Select
                size="small"
                value={map.days}
                onChange={(days) => set({ days })}
                aria-label={t('swipePeriod')}
                options={DAYS.map((days) => ({ value: days, label: String(days) }))}
              />
            </label>
          )}
        </div>
      )}
      <fieldset className="swipe-layers">
        <legend>{t('swipeLayers')}</legend>
        <Checkbox.Group
          value={names.filter((name) => !off.has(name))}
          onChange={(shown) => set({ off: names.filter((name) => !shown.includes(name)) })}
          options={names.map((name) => ({
            value: name,
            label: <span data-testid={`swipe-layer-${name}`}>{title(name)}</span>,
          }))}
        />
      </fieldset>
      <FaceContext value={faces[face]}>
        <Right
          key={face}
          controller={controller}
          face={face}
          map={map}
          home={home}
          at={ends ? endOf(ends) : null}
          hidden={off}
          stack={stack}
          marked={marked}
          planner={planner}
        />
      </FaceContext>
    </ToolCard>
  );
}

interface RightProps {
  controller: MapController;
  face: Face['name'];
  map: Choropleth;
  home: number | null;
  at: Date | null;
  hidden: ReadonlySet<string>;
  stack: Stack;
  marked: Marked;
  planner: Planner;
}

/** The right map with its divider, laid over the desk's map; its legend stays in the panel. */
function Right({ controller, face, map, home, at, hidden, stack, marked, planner }: RightProps) {
  const { t } = useI18n(words);
  const host = useRef<HTMLDivElement>(null);
  const [right, setRight] = useState<SwipeMap | null>(null);
  const [drawn, setDrawn] = useState(false);
  const [share, setShare] = useState(50);
  const classed = useChoropleth(map, home, at);
  const container = controller.map.getContainer();

  useEffect(() => {
    let made: SwipeMap | null = null;
    let wanted = true;
    void fetchUntilThere(
      () => import('../../../map/swipe'),
      () => wanted,
    ).then((module) => {
      if (!wanted || !module || !host.current) return;
      made = new module.SwipeMap(host.current, controller.map, face, () => setDrawn(true));
      setRight(made);
    });
    return () => {
      wanted = false;
      made?.destroy();
      setRight(null);
    };
  }, [controller, face]);
  useEffect(() => right?.show(hidden, stack), [right, hidden, stack]);
  const {
    outlined,
    state: { chosen },
  } = planner;
  useEffect(() => right?.mark(marked), [right, marked]);
  useEffect(() => right?.choose(chosen), [right, chosen]);
  useEffect(() => right?.outline(outlined), [right, outlined]);
  const { rows, shades } = classed;
  const { on, level } = map;
  useEffect(
    () =>
      right?.colour(
        on ? { level, shades, classes: new Map(rows.map((row) => [row.code, row.shown ? row.class : -1])) } : null,
      ),
    [right, on, level, rows, shades],
  );

  const move = (to: number) => setShare(Math.min(MOST, Math.max(LEAST, Math.round(to * 10) / 10)));
  const drag = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = container.getBoundingClientRect();
    move(((event.clientX - box.left) / box.width) * 100);
  };
  const keys = (event: KeyboardEvent) => {
    const to = { ArrowLeft: share - STEP, ArrowRight: share + STEP, Home: LEAST, End: MOST }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };
  return (
    <>
      {createPortal(
        <div className="swipe" style={{ '--at': `${share}%` }} data-drawn={drawn} data-testid="swipe">
          <div className="swipe-map" ref={host} />
          <div
            className="swipe-divider"
            role="slider"
            tabIndex={0}
            aria-label={t('swipeDivider')}
            aria-orientation="horizontal"
            aria-valuemin={LEAST}
            aria-valuemax={MOST}
            aria-valuenow={Math.round(share)}
            data-testid="swipe-divider"
            onKeyDown={keys}
            onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
            onPointerMove={drag}
          >
            <i aria-hidden />
          </div>
        </div>,
        container,
      )}
      {on && <Legend map={map} classed={classed} />}
    </>
  );
}
