import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useEffectEvent, useMemo, useReducer, useRef, useState } from 'react';
import type { Picture, Session } from '../../api/client';
import { useCity, useStatistics } from '../../api/hooks';
import { liesWithin, parentOf } from '../../api/levels';
import { useI18n } from '../../i18n';
import { covered } from '../../keys/focus';
import { fetchPart, PartMissing } from '../../kit/part/fetching';
import { useEscalate } from '../../kit/part/useEscalate';
import { useFace } from '../../theme';
import { type ChosenCase, caseKey } from './CaseCard';
import { themeLayers } from './composition';
import { isEmergency } from './emergencies';
import { spotsOf } from './nights';
import { room } from './room';
import { useScenes } from './Scenes';
import type { Camera, Stage } from './stage';
import { type Theme, themeFigure, themesFor, useNow } from './state';
import { useCases } from './useCases';
import { useNames } from './useNames';
import { usePicture } from './usePicture';
import { useReplay } from './useReplay';
import { useTrailing } from './useTrailing';
import { useWallFigures } from './useWallFigures';
import { useZoom } from './useZoom';
import { addressOf, begin, step } from './wallState';
import { words } from './words';

/** How long the server may be silent before the wall says so. */
const LOST_MS = 3_000;
/** An address is written when nothing has moved for so long. */
const ADDRESS_MS = 400;
/** Regions are ranked and coloured anew at most so often. */
const RANK_MS = 2_500;
/** How near a case is looked at. */
const CASE_ZOOM = 16.2;
const PITCH: Record<Theme, number> = { overview: 30, population: 0, cases: 20, emergency: 60, night: 58 };

/** Everything that the wall shows, and what can be done on it. */
export function useWall(session: Session) {
  const { t, language } = useI18n(words);
  const face = useFace();
  const queries = useQueryClient();
  const escalate = useEscalate();
  const params = useMemo(() => new URLSearchParams(location.search), []);
  const screen = params.get('screen');
  const size = useZoom();
  const mapScale = size.narrow ? 1 : Math.max(1, size.zoom);
  const now = useNow();
  const city = useCity();
  const where = useNames();
  const home = session.regions[0]?.code ?? city.data?.code ?? null;
  const [state, dispatch] = useReducer(step, params, begin);
  const { layers, told, chosenCase } = state;
  const region = state.region ?? home;

  // Whether there are totals of people is the server's answer; until it has come, no theme is taken away.
  const own = useStatistics(home === null ? null : { kind: 'region', code: home });
  const seesPeople = own.data?.people != null;
  const themes = useMemo(() => themesFor(seesPeople), [seesPeople]);
  const theme: Theme = own.data && !themes.includes(state.theme) ? 'overview' : state.theme;
  const figure = useMemo(() => themeFigure(theme, state.figure, seesPeople), [theme, state.figure, seesPeople]);
  const [stage, setStage] = useState<Stage | null>(null);
  const container = useRef<HTMLDivElement>(null);

  const start = useMemo(() => {
    const at = new Date(params.get('at') ?? '');
    return Number.isNaN(at.getTime()) ? null : at;
  }, [params]);
  const replay = useReplay(region, start, now);
  const live = replay.at === null;

  const rankSoon = useTrailing(
    () =>
      void queries.invalidateQueries({
        queryKey: ['cases-by-region'],
        predicate: (query) => query.queryKey[3] === 'now',
      }),
    RANK_MS,
  );
  const cases = useCases({
    whole: (spots) => live && theme !== 'night' && stage?.setCases(spots),
    put: (spot, happening) => {
      if (chosenCase?.id === spot.id) void queries.invalidateQueries({ queryKey: caseKey(spot.id) });
      if (!live) return;
      stage?.putCase(spot);
      if (happening.what === 'reported' && (theme !== 'emergency' || isEmergency(spot)))
        stage?.ping(spot.lon, spot.lat, 'new', spot.severity);
    },
    drop: (id, happening) => {
      if (chosenCase?.id === id) void queries.invalidateQueries({ queryKey: caseKey(id) });
      if (!live) return;
      // What a night has brought stays on its map.
      if (theme !== 'night' || !happening) stage?.dropCase(id);
      if (happening && (theme !== 'emergency' || isEmergency(happening)))
        stage?.ping(happening.lon, happening.lat, 'done', happening.severity);
    },
    stale: () => {
      void queries.invalidateQueries({ queryKey: ['case-figures', region, 'now'] });
      rankSoon();
    },
    archives: (changed) => {
      void queries.invalidateQueries({ queryKey: ['statistics'] });
      void queries.invalidateQueries({ queryKey: ['measures'] });
      stage?.refresh(changed);
    },
  });
  const shown = useWallFigures({ region, theme, figure, now, replay, cases });
  const { at, played, isNight, nightFrom, night, paint, facilities, detail } = shown;

  const showCase = (found: ChosenCase) => {
    dispatch({ do: 'case', chosen: found });
    stage?.look({
      lon: found.lon,
      lat: found.lat,
      zoom: Math.max(CASE_ZOOM, stage.camera().zoom),
      pitch: 55,
      bearing: 0,
    });
  };

  const [lost, setLost] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLost(!cases.connected), cases.connected ? 0 : LOST_MS);
    return () => window.clearTimeout(timer);
  }, [cases.connected]);
  const connections = useRef(0);
  const refresh = useEffectEvent(() => {
    connections.current += 1;
    if (connections.current === 1) {
      // What changed between the first figures and the first word of the stream.
      void queries.invalidateQueries({ queryKey: ['case-figures'] });
      void queries.invalidateQueries({ queryKey: ['cases-by-region'] });
      return;
    }
    // What is shown again after a break has to be what is, not what was.
    void queries.invalidateQueries();
    stage?.refresh();
  });
  useEffect(() => {
    if (cases.connected) refresh();
  }, [cases.connected]);

  // Drilling: the map flies to a region unless the wheel brought it there, or the director says where to look.
  const fly = useRef(true);
  const drill = useCallback((code: number, by: 'click' | 'wheel' | 'told' = 'click') => {
    fly.current = by === 'click';
    dispatch({ do: 'go', region: code, isFlown: fly.current });
  }, []);
  const up = useCallback(() => {
    if (region === null || home === null || region === home) return;
    const parent = parentOf(region);
    drill(liesWithin(parent, home) ? parent : home);
  }, [region, home, drill]);
  const changeTheme = (next: Theme) => {
    dispatch({ do: 'theme', theme: next });
    fly.current = true;
  };

  // The map.
  const bbox = city.data?.bbox;
  const pick = useEffectEvent((code: number, by: 'click' | 'wheel') => {
    const next = code === 0 ? home : code;
    if (next !== null && next !== region) drill(next, by);
  });
  const goToCase = useEffectEvent((found: ChosenCase) => showCase(found));
  const first = useRef(mapScale);
  useEffect(() => {
    if (!bbox || stage) return undefined;
    let wanted = true;
    fetchPart(() => import('./stage'))
      .then(({ Stage }) => {
        if (!wanted || !container.current) return;
        setStage(
          new Stage(
            container.current,
            bbox as [number, number, number, number],
            face,
            room,
            {
              ready: () => dispatch({ do: 'ready' }),
              seen: () => dispatch({ do: 'seen' }),
              region: (code, by) => pick(code, by),
              case: (spot) => goToCase(spot),
              moved: () => undefined,
              failed: () => dispatch({ do: 'failed', text: t('network') }),
            },
            first.current,
          ),
        );
      })
      .catch((error: unknown) =>
        error instanceof PartMissing ? escalate(error) : dispatch({ do: 'failed', text: t('mapFailed') }),
      );
    return () => {
      wanted = false;
    };
  }, [bbox, stage, face, t, escalate]);
  useEffect(() => () => stage?.destroy(), [stage]);
  useEffect(() => {
    if (stage) window.__wall = { stage, region };
  }, [stage, region]);
  useEffect(() => stage?.setTheme(theme, layers ?? themeLayers[theme]), [stage, theme, layers]);
  useEffect(() => stage?.setScale(mapScale), [stage, mapScale]);
  useEffect(
    () =>
      stage?.setFocus(
        theme === 'emergency'
          ? { kind: 'emergencies' }
          : isNight
            ? { kind: 'reported', from: nightFrom / 1000 }
            : { kind: 'open' },
      ),
    [stage, theme, isNight, nightFrom],
  );
  useEffect(
    () =>
      stage?.setFacilities(
        theme === 'emergency'
          ? facilities.kinds.flatMap(({ colour, name, nameEn, spots }) =>
              spots.map((spot) => ({
                lon: spot.lon,
                lat: spot.lat,
                colour,
                name: spot.name || (language === 'en' ? nameEn : name),
              })),
            )
          : [],
      ),
    [stage, theme, facilities.kinds, language],
  );
  useEffect(() => stage?.choose(chosenCase), [stage, chosenCase]);
  useEffect(() => stage?.paint(paint.level, paint.byCode), [stage, paint]);
  useEffect(() => {
    if (stage && region !== null) stage.setRegion(region);
  }, [stage, region]);
  useEffect(() => {
    if (!stage) return;
    if (live) {
      stage.setCases(isNight ? (night?.reported ?? []) : cases.spots().values());
      stage.setMoment(null);
    } else if (played.data) {
      stage.setCases(isNight ? (night?.reported ?? []) : spotsOf(played.data));
    }
  }, [stage, live, played.data, cases.spots, isNight, night]);
  const second = replay.at === null ? null : Math.floor(replay.at / 1000);
  useEffect(() => stage?.setMoment(second), [stage, second]);

  const box = detail.data?.code === region ? detail.data?.bbox : undefined;
  const isWhole = region === home && !size.wide;
  const places = told?.places;
  const { flights } = state;
  useEffect(() => {
    // Each flight, and each change of what the screens are together, goes there anew.
    void [places, flights];
    if (stage && box && fly.current) stage.fit(box, isWhole ? PITCH[theme] / 2 : PITCH[theme]);
  }, [stage, box, theme, isWhole, places, flights]);

  const { setAt, setSpan } = replay;
  const show = useCallback(
    (picture: Picture) => {
      dispatch({ do: 'show', picture });
      const code = picture.region ?? home;
      if (code !== null) drill(code, picture.view ? 'told' : 'click');
      setAt(picture.at ? Date.parse(picture.at) : null);
      if (picture.at) setSpan('day', new Date(picture.at));
      stage?.setSpotlight(picture.spotlight ?? null);
      stage?.setLine((picture.line ?? []) as [number, number][]);
      if (picture.view) stage?.look({ pitch: 0, bearing: 0, ...picture.view } as Camera);
    },
    [home, drill, setAt, setSpan, stage],
  );

  const screenState = usePicture(screen, (next) => dispatch({ do: 'told', told: next }));
  const showTold = useEffectEvent((picture: Picture) => show(picture));
  useEffect(() => {
    if (!stage || !told) return;
    stage.setPlace(told.place, told.places);
    showTold(told.picture);
  }, [stage, told]);

  // Scenes by a timer.
  const scenes = useScenes();
  const scene = useRef(0);
  const { cycle } = state;
  useEffect(() => {
    const list = scenes.data ?? [];
    if (cycle === 0 || list.length < 2) return undefined;
    const timer = window.setInterval(() => {
      scene.current = (scene.current + 1) % list.length;
      const next = list[scene.current];
      if (next) show({ ...next.picture, cycle_s: cycle });
    }, cycle * 1000);
    return () => window.clearInterval(timer);
  }, [cycle, scenes.data, show]);

  useEffect(() => {
    const pressed = (event: globalThis.KeyboardEvent) => {
      const { target } = event;
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
      if (target instanceof HTMLElement && ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName)) return;
      // What floats above the wall is closed by its own keys.
      if (covered()) return;
      const chosen = themes[Number(event.key) - 1];
      if (event.key === 'Escape' && chosenCase) dispatch({ do: 'case', chosen: null });
      else if (event.key === 'Escape' || event.key === 'Backspace') up();
      else if (event.key === 'Home' && home !== null) drill(home);
      else if (chosen) changeTheme(chosen);
      else if (event.key === ' ' && (target === document.body || target === stage?.map.getCanvas()))
        replay.setPlaying(!replay.playing);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  });

  const address = addressOf(
    { ...state, theme, region },
    home,
    !replay.playing && replay.at !== null ? replay.at : null,
  );
  useEffect(() => {
    if (screen) return undefined;
    const timer = window.setTimeout(() => history.replaceState(null, '', address), ADDRESS_MS);
    return () => window.clearTimeout(timer);
  }, [screen, address]);
  const current = (): Picture => ({
    theme,
    figure: figure.key,
    region,
    view: stage?.camera() ?? null,
    at: at?.toISOString() ?? null,
    message: state.message,
    line: [],
    cycle_s: 0,
    layers: layers && [...layers],
    panels: state.panels && [...state.panels],
    spotlight: null,
  });
  const standing: 'replay' | 'lost' | 'live' = !live ? 'replay' : lost ? 'lost' : 'live';

  return {
    state,
    dispatch,
    screen,
    screenState,
    size,
    mapScale,
    now,
    where,
    home,
    region,
    seesPeople,
    theme,
    themes,
    figure,
    replay,
    live,
    lost,
    standing,
    figures: shown,
    container,
    showCase,
    drill,
    up,
    changeTheme,
    show,
    current,
  };
}

export type WallParts = ReturnType<typeof useWall>;
