import { useQueryClient } from '@tanstack/react-query';
import { App as AntApp } from 'antd';
import type { Polygon, Position } from 'geojson';
import { useCallback, useEffect, useMemo, useReducer, useRef } from 'react';
import type { Session } from '../../api/client';
import { declared } from '../../api/declared';
import { type Area, regionOf, useCity } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { fetchPart } from '../../kit/part/fetching';
import { isNarrow } from '../../kit/touch';
import { writeBase } from '../../map/basemaps';
import { around, boundsOf } from '../../map/bounds';
import { circle } from '../../map/circle';
import type { Picked } from '../../map/controller';
import type { Editable } from '../../map/handles';
import { readAddress, writeAddress } from './address/share';
import { isMany, writePick } from './address/sharePick';
import { readPlanner, writePlanner } from './address/sharePlanner';
import { readSwipe, writeSwipe } from './address/shareSwipe';
import { begin, step as reduce } from './deskState';
import { type Choropleth, isLevel } from './planner/state';
import { useHandles } from './planner/useHandles';
import { usePlanner } from './planner/usePlanner';
import { useLayerStack } from './tools/useLayerStack';
import { useMapTools } from './tools/useMapTools';
import { heldMany, useAddress } from './useAddress';
import { useBaseMap } from './useBaseMap';
import { type DeskMapEvents, useDeskMap } from './useDeskMap';
import { useMark } from './useRecord';
import { words } from './words';

/** Long enough to read a sentence and look at what it names. */
const SAID_S = 6;

/** Everything that the desk shows, and what can be done on it. */
export function useDesk(session: Session, stepTaken: string | null, called: string) {
  const { t } = useI18n(words);
  const { message } = AntApp.useApp();
  const queries = useQueryClient();
  const city = useCity();
  const bbox = city.data?.bbox;
  const reader = String(session.account?.id ?? session.name);
  const address = useMemo(() => readAddress(location.search), []);
  const [state, dispatch] = useReducer(reduce, null, () => begin(location.search, heldMany(reader), called));
  const { view, region, polygon, picked, tool, tab } = state;

  const told = useRef<DeskMapEvents>({ drawn: () => {}, line: () => {}, region: () => {}, picked: () => {} });
  const map = useDeskMap(dispatch, told);
  const { controller } = map;
  const layers = useLayerStack(address);
  const { hidden, stack, show: showLayers } = layers;
  const showRoads = useCallback(
    (shown: boolean) =>
      showLayers(
        declared()
          .layers.filter(({ geometry }) => geometry === 'line')
          .map(({ name }) => name),
        shown,
      ),
    [showLayers],
  );
  const base = useBaseMap(controller, showRoads);
  const setTool = useCallback((next: typeof tool) => dispatch({ do: 'take', tool: next }), []);
  const tools = useMapTools(controller, hidden, tool, setTool);
  const home = session.regions[0]?.code ?? city.data?.code ?? null;
  const planner = usePlanner(controller, home, session);
  const { chosen, embed } = planner.state;
  const thing = useMark(picked);
  const marked = useMemo(() => ({ region, polygon, thing }), [region, polygon, thing]);
  const counted = region ?? home;
  const area: Area | null = polygon
    ? { kind: 'drawn', polygon }
    : chosen.length > 0
      ? { kind: 'regions', codes: chosen }
      : counted === null
        ? null
        : { kind: 'region', code: counted };

  const pick = (next: Picked | null) => dispatch({ do: 'pick', picked: next });
  const toArea = (next: Area, line: Position[] | null = null) => {
    dispatch({ do: 'count', area: next });
    planner.setLine(line);
    planner.change({
      chosen: next.kind === 'regions' ? next.codes : [],
      ...(next.kind === 'drawn' ? { tab: 'statistics' } : {}),
    });
  };
  const toCorridor = (line: Position[], width: number) =>
    void fetchPart(() => import('../../map/corridor')).then(
      ({ corridor }) => {
        const drawn = corridor(line, width);
        if (drawn) toArea({ kind: 'drawn', polygon: drawn }, line);
        else void message.warning(t('corridorFailed'));
      },
      () => void message.warning(t('partMissingText')),
    );
  const correct = (shape: Editable) => {
    if (shape.kind === 'line') toCorridor(shape.points, planner.width);
    else if (shape.kind === 'circle') toArea({ kind: 'drawn', polygon: circle(shape.centre, shape.radius) });
    else
      toArea({
        kind: 'drawn',
        polygon: { type: 'Polygon', coordinates: [[...shape.corners, shape.corners[0] as Position]] },
      });
  };
  useHandles(embed || tool ? null : controller, polygon, planner.line, correct);
  // The map calls these long after the render in which it was made.
  useEffect(() => {
    told.current = {
      picked: pick,
      region: (code) => {
        if (tool !== 'regions') return toArea({ kind: 'region', code });
        return toArea({
          kind: 'regions',
          codes: chosen.includes(code) ? chosen.filter((other) => other !== code) : [...chosen, code],
        });
      },
      drawn: (drawn) => toArea({ kind: 'drawn', polygon: drawn }),
      line: (line) => toCorridor(line, planner.width),
    };
  });

  useEffect(() => controller?.show(hidden), [controller, hidden]);
  useEffect(() => controller?.setStack(stack), [controller, stack]);
  useEffect(() => controller?.mark(marked), [controller, marked]);
  useEffect(() => void controller?.setTool(tool), [controller, tool]);
  useEffect(() => {
    // Where the details lie over the map, they would take what is meant for the tool.
    if (tool && isNarrow()) dispatch({ do: 'pick', picked: null });
  }, [tool]);
  useEffect(() => {
    if (controller) window.__gridhall = { map: controller.map, area: () => polygon };
  }, [controller, polygon]);
  useEffect(() => {
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setTool(null);
      if (tool === null && event.target === controller?.map.getCanvas()) dispatch({ do: 'pick', picked: null });
    };
    addEventListener('keydown', escape);
    return () => removeEventListener('keydown', escape);
  }, [controller, tool, setTool]);

  const sheet: [string, string][] = isNarrow() && tab !== 'map' ? [['sheet', tab]] : [];
  const widening = useRef(false);
  useAddress({
    address: writeAddress({ view, hidden, stack, region, polygon }, [
      ...writePick(picked),
      ...writePlanner(planner.state),
      ...writeBase(base.choice),
      ...writeSwipe(tools.swiped),
      ...sheet,
    ]),
    many: picked && isMany(picked) ? picked : null,
    reader,
    embed,
    quiet: widening,
    step: stepTaken,
    onBack: (search, many) => {
      const said = readAddress(search);
      const { tab: panel, chosen: codes } = readPlanner(search);
      dispatch({ do: 'go', search, many, called });
      if (JSON.stringify(said.polygon) !== JSON.stringify(polygon)) planner.setLine(null);
      planner.change({ tab: panel, chosen: codes });
      tools.reopen(readSwipe(search));
      if (said.view) controller?.look(said.view);
      else if (said.region !== null)
        queries.ensureQueryData(regionOf(said.region)).then(
          (found) => controller?.fit(found.bbox),
          () => undefined,
        );
    },
  });

  /** Counts a region and goes there; who clicks it on the map is there already. */
  const choose = (code: number, box?: readonly number[] | null) => {
    toArea({ kind: 'region', code });
    if (box) return controller?.fit(box);
    // A region that can't be asked for says so in the panel.
    return queries.ensureQueryData(regionOf(code)).then(
      (found) => controller?.fit(found.bbox),
      () => undefined,
    );
  };
  /** A region of the ranking: there, with its card, and the ranking stays. */
  const openRanked = async (code: number) => {
    // Where the panels lie over the map, the card is on the map.
    if (isNarrow()) dispatch({ do: 'turn', tab: 'map' });
    const found = await queries.ensureQueryData(regionOf(code)).catch(() => null);
    if (!found) return choose(code);
    toArea({ kind: 'region', code });
    controller?.fit(found.bbox);
    const [lon = 0, lat = 0] = found.centre;
    if (isLevel(found.level)) pick({ layer: found.level, id: code, lon, lat, properties: { name: found.name } });
  };
  const toRegions = (codes: number[]) => {
    toArea({ kind: 'regions', codes });
    const regions = Promise.all(codes.map((code) => queries.ensureQueryData(regionOf(code))));
    // A region that can't be asked for says so in the panel.
    regions.then(
      (found) => controller?.fit(around(found.map(({ bbox: box }) => box))),
      () => undefined,
    );
  };
  const clear = () => toArea({ kind: 'regions', codes: [] });
  const colour = (next: Choropleth) => {
    // Bubbles over colours would read as one picture; whoever wants both turns them on again.
    if (next.on !== planner.state.choropleth.on) {
      const bubbles = declared()
        .layers.filter(({ group, shown_at_first }) => group === 'affairs' && shown_at_first)
        .map(({ name }) => name);
      if (next.on && bubbles.some((name) => !hidden.has(name))) void message.info(t('casesHidden'), SAID_S);
      layers.show(bubbles, !next.on);
    }
    planner.change({ choropleth: next });
  };

  return {
    state,
    dispatch,
    map,
    controller,
    city,
    bbox,
    home,
    area,
    marked,
    layers,
    base,
    tools,
    planner,
    setTool,
    pick,
    choose,
    openRanked,
    toArea,
    toRegions,
    clear,
    colour,
    outlined: (drawn: Polygon, line: Position[] | null) => {
      toArea({ kind: 'drawn', polygon: drawn }, line);
      controller?.fit(boundsOf(drawn));
    },
    widen: (width: number) => {
      planner.setWidth(width);
      if (!planner.line) return;
      widening.current = true;
      toCorridor(planner.line, width);
    },
    reshape: (drawn: Polygon) => {
      widening.current = true;
      toArea({ kind: 'drawn', polygon: drawn });
    },
  };
}

export type DeskParts = ReturnType<typeof useDesk>;
