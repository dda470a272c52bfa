import './wall.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Fragment, useCallback, useEffect, useEffectEvent, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { client, take, type Picture, type Scene, type Session } from '../api/client';
import { useCaseFigures, useCasesByRegion, useCity, useCodes, useMoments, useRegion, useStatistics } from '../api/hooks';
import { figureOf, figures as allFigures, maySee } from '../figures/figures';
import { useI18n } from '../i18n';
import { covered, useAreas, useKeptFocus } from '../keys/focus';
import { levelOf, liesWithin, parentOf } from '../map/levels';
import { useFace } from '../theme';
import { Compose } from './Compose';
import { known, layerNames, panelNames, placed, themeLayers, usualPanels, type LayerName, type PanelName, type Shape } from './composition';
import { Legend } from './Legend';
import { Categories, Channels } from './panels/Categories';
import { KeyFigures } from './panels/KeyFigures';
import { OnTime } from './panels/OnTime';
import { Ranking } from './panels/Ranking';
import { Stream, type Happening } from './panels/Stream';
import { Daily, Hours, Population } from './panels/Trends';
import { past } from './past';
import { Scenes, useScenes } from './Scenes';
import type { Camera, Insets, Stage } from './stage';
import { isTheme, levelBelow, themesFor, usualFigure, useNow, type Theme } from './state';
import { Timeline } from './Timeline';
import { Top } from './Top';
import { useCases } from './useCases';
import { usePaint } from './usePaint';
import { usePicture, type Told } from './usePicture';
import { useReplay } from './useReplay';
import { useTrailing } from './useTrailing';
import { fetchPart, PartMissing } from '../parts/fetching';
import { useEscalate } from '../parts/useEscalate';

declare global {
  interface Window {
    __wall?: { stage: Stage; region: number | null };
  }
}

const TALL = 1080;
/** How long the server may be silent before the wall says so. */
const LOST_MS = 3_000;
/** An address is written when nothing has moved for so long. */
const ADDRESS_MS = 400;
/** Regions are ranked and coloured anew at most so often. */
const RANK_MS = 2_500;
/** The map is fetched with the page, not only when the city's place is known. Should that fail, it is fetched again then. */
void import('./stage').catch(() => undefined);
const AREAS = '.wall-top, .wall-map, .wall-side, .wall-foot';
const PITCH: Record<Theme, number> = { overview: 30, population: 0, cases: 20, emergency: 60, night: 58 };

/** How much larger than drawn everything is: the wall is composed for 1,080 pixels of height. */
function useZoom(): { zoom: number; wide: boolean; narrow: boolean } {
  const measure = () => {
    const zoom = Math.max(0.75, innerHeight / TALL);
    return { zoom, wide: innerWidth / zoom > 2_700, narrow: innerWidth < 1_100 };
  };
  const [size, set] = useState(measure);
  useEffect(() => {
    const changed = () => set(measure());
    addEventListener('resize', changed);
    return () => removeEventListener('resize', changed);
  }, []);
  return size;
}

/** What regions are called, for the stream: a grid by its street and community. */
function useNames(): (region: number) => string {
  const labels = useQuery({ queryKey: ['labels'], queryFn: () => take(client.GET('/api/regions/labels.geojson')), staleTime: 600_000 });
  return useMemo(() => {
    const features = (labels.data as { features?: { id: number; properties: { name: string } }[] } | undefined)?.features ?? [];
    const names = new Map(features.map(({ id, properties }) => [id, properties.name]));
    return (region: number) => {
      const community = levelOf(region) === 'grid' ? parentOf(region) : region;
      return [names.get(parentOf(community)), names.get(community)].filter(Boolean).join(' ') || '—';
    };
  }, [labels.data]);
}

/** The map wall: the city at a glance, live or as it stood. */
export default function Wall({ session }: { session: Session }) {
  const { t } = useI18n();
  const face = useFace();
  const queries = useQueryClient();
  const escalate = useEscalate();
  const params = useMemo(() => new URLSearchParams(location.search), []);
  const screen = params.get('screen');
  const { zoom, wide, narrow } = useZoom();
  const now = useNow();
  const city = useCity();
  const codes = useCodes();
  const where = useNames();
  const home = session.regions[0]?.code ?? city.data?.code ?? null;

  const themes = useMemo(() => themesFor(session.permissions), [session.permissions]);
  /** A theme by its name; the overview in place of one that is not for this reader. */
  const themeOf = (name: string | null | undefined): Theme | null => (isTheme(name) ? (themes.includes(name) ? name : 'overview') : null);
  const [theme, setTheme] = useState<Theme>(() => themeOf(params.get('theme')) ?? 'overview');
  const [figureKey, setFigureKey] = useState(params.get('figure'));
  const listed = (name: string) => params.get(name)?.split('.') ?? null;
  const [panels, setPanels] = useState<readonly PanelName[] | null>(() => known(listed('panels'), panelNames));
  const [layers, setLayers] = useState<readonly LayerName[] | null>(() => known(listed('layers'), layerNames));
  const [chosen, choose] = useState<number | null>(Number(params.get('region')) || null);
  const region = chosen ?? home;
  const [told, setTold] = useState<Told | null>(null);
  const [message, setMessage] = useState('');
  const [cycle, setCycle] = useState(Number(params.get('cycle')) || 0);
  const [failed, setFailed] = useState('');
  const [ready, setReady] = useState(false);
  // What lies over the map is painted when the city is: before, both would wait for each other.
  const [seen, setSeen] = useState(false);
  const [stage, setStage] = useState<Stage | null>(null);
  const container = useRef<HTMLDivElement>(null);
  useKeptFocus();
  useAreas(AREAS);

  const start = useMemo(() => {
    const at = new Date(params.get('at') ?? '');
    return Number.isNaN(at.getTime()) ? null : at;
  }, [params]);
  const replay = useReplay(region, start, now);
  // While it plays, figures are asked for a few times a second, not for each frame.
  const grain = replay.playing ? Math.max(1_000, replay.speed * 400) : 1_000;
  const moment = replay.at === null ? null : replay.playing ? Math.floor(replay.at / grain) * grain : replay.at;
  const at = useMemo(() => (moment === null ? null : new Date(moment)), [moment]);

  const detail = useRegion(region);
  const figures = useCaseFigures(region, at);
  const statistics = useStatistics(region === null ? null : { kind: 'region', code: region });
  const figure = figureOf(figureKey ?? usualFigure(theme, session.permissions));
  const paint = usePaint(region, figure, at === null ? null : new Date(Math.floor(at.getTime() / 3_600_000) * 3_600_000));

  const live = replay.at === null;
  const rankSoon = useTrailing(() => void queries.invalidateQueries({ queryKey: ['cases-by-region'], predicate: (query) => query.queryKey[3] === 'now' }), RANK_MS);
  const cases = useCases({
    whole: (spots) => live && stage?.setCases(spots),
    put: (spot, happening) => {
      if (!live) return;
      stage?.putCase(spot);
      if (happening.what === 'reported') stage?.ping(spot.lon, spot.lat, 'new', spot.severity);
    },
    drop: (id, happening) => {
      if (!live) return;
      stage?.dropCase(id);
      if (happening) stage?.ping(happening.lon, happening.lat, 'done', happening.severity);
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

  // The moments of the span that is played, as the stage draws them.
  const played = useMoments(region, live ? null : replay.span);
  const happenings = useMemo(() => (live ? cases.happenings.filter((happening) => region === null || liesWithin(happening.region, region)) : past(played.data, replay.at ?? 0)), [live, cases.happenings, region, played.data, replay.at]);

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

  // The map.
  const bbox = city.data?.bbox;
  const pick = useRef<(code: number, by: 'click' | 'wheel') => void>(() => undefined);
  useEffect(() => {
    if (!bbox || stage) return undefined;
    let wanted = true;
    fetchPart(() => import('./stage')).then(({ Stage }) => {
      if (!wanted || !container.current) return;
      setStage(new Stage(container.current, bbox as [number, number, number, number], face, room, {
        ready: () => setReady(true), seen: () => setSeen(true), region: (code, by) => pick.current(code, by), moved: () => undefined, failed: () => setFailed(t('network')),
      }));
    }).catch((error: unknown) => (error instanceof PartMissing ? escalate(error) : setFailed(t('mapFailed'))));
    return () => {
      wanted = false;
    };
  }, [bbox, stage, face, t, escalate]);
  useEffect(() => () => stage?.destroy(), [stage]);
  useEffect(() => {
    if (stage) window.__wall = { stage, region };
  }, [stage, region]);
  useEffect(() => stage?.setTheme(theme, layers ?? themeLayers[theme]), [stage, theme, layers]);
  useEffect(() => stage?.paint(paint.level, paint.byCode), [stage, paint]);
  useEffect(() => {
    if (stage && region !== null) stage.setRegion(region);
  }, [stage, region]);
  useEffect(() => {
    if (!stage) return;
    if (live) {
      stage.setCases(cases.spots().values());
      stage.setMoment(null);
    } else if (played.data) {
      const { ids, lon, lat, severity, reported, ended } = played.data;
      stage.setCases(ids.map((id, index) => ({ id, lon: lon[index] ?? 0, lat: lat[index] ?? 0, severity: severity[index] ?? 1, reported: reported[index] ?? 0, ended: ended[index] ?? 0 })));
    }
  }, [stage, live, played.data, cases.spots]);
  const second = replay.at === null ? null : Math.floor(replay.at / 1000);
  useEffect(() => stage?.setMoment(second), [stage, second]);

  // Drilling: the map flies to a region unless the wheel brought it there, or the director says where to look.
  const fly = useRef(true);
  const [flights, setFlights] = useState(0);
  const drill = useCallback((code: number, by: 'click' | 'wheel' | 'told' = 'click') => {
    fly.current = by === 'click';
    choose(code);
    // Who goes to where the wall stands already wants the map back there.
    if (fly.current) setFlights((before) => before + 1);
  }, []);
  useEffect(() => {
    pick.current = (code, by) => {
      const next = code === 0 ? home : code;
      if (next !== null && next !== region) drill(next, by);
    };
  }, [home, region, drill]);
  const box = detail.data?.code === region ? detail.data?.bbox : undefined;
  useEffect(() => {
    if (stage && box && fly.current) stage.fit(box, region === home && !wide ? PITCH[theme] / 2 : PITCH[theme]);
  }, [stage, box, theme, told?.places, flights]); // eslint-disable-line

  const up = useCallback(() => {
    if (region === null || home === null || region === home) return;
    const parent = parentOf(region);
    drill(liesWithin(parent, home) ? parent : home);
  }, [region, home, drill]);

  const show = useCallback((picture: Picture) => {
    const next = themeOf(picture.theme);
    if (next) {
      setTheme(next);
      setFigureKey(picture.figure ?? null);
    } else if (picture.figure) setFigureKey(picture.figure);
    setPanels(known(picture.panels, panelNames));
    setLayers(known(picture.layers, layerNames));
    const code = picture.region ?? home;
    if (code !== null) drill(code, picture.view ? 'told' : 'click');
    replay.setAt(picture.at ? Date.parse(picture.at) : null);
    if (picture.at) replay.setSpan('day', new Date(picture.at));
    setMessage(picture.message ?? '');
    setCycle(picture.cycle_s ?? 0);
    stage?.setSpotlight(picture.spotlight ?? null);
    stage?.setLine((picture.line ?? []) as [number, number][]);
    if (picture.view) stage?.look({ pitch: 0, bearing: 0, ...picture.view } as Camera);
  }, [home, drill, replay.setAt, replay.setSpan, stage]); // eslint-disable-line

  const screenState = usePicture(screen, (next) => setTold(next));
  useEffect(() => {
    if (!stage || !told) return;
    stage.setPlace(told.place, told.places);
    show(told.picture);
  }, [stage, told]); // eslint-disable-line

  // Scenes by a timer.
  const scenes = useScenes();
  const scene = useRef(0);
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
      if (event.key === 'Escape' || event.key === 'Backspace') up();
      else if (event.key === 'Home' && home !== null) drill(home);
      else if (chosen) changeTheme(chosen);
      else if (event.key === ' ' && (target === document.body || target === stage?.map.getCanvas())) replay.setPlaying(!replay.playing);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  });

  const changeTheme = (next: Theme) => {
    setTheme(next);
    setFigureKey(null);
    setLayers(null);
    fly.current = true;
  };
  useEffect(() => {
    if (screen) return;
    const shown = new URLSearchParams();
    if (theme !== 'overview') shown.set('theme', theme);
    if (figureKey) shown.set('figure', figureKey);
    if (region !== null && region !== home) shown.set('region', String(region));
    if (panels) shown.set('panels', panels.join('.'));
    if (layers) shown.set('layers', layers.join('.'));
    if (cycle > 0) shown.set('cycle', String(cycle));
    if (!replay.playing && replay.at !== null) shown.set('at', new Date(replay.at).toISOString());
    const timer = window.setTimeout(() => history.replaceState(null, '', `/wall${shown.size > 0 ? `?${shown}` : ''}`), ADDRESS_MS);
    return () => window.clearTimeout(timer);
  }, [screen, theme, figureKey, region, home, panels, layers, cycle, replay.playing, replay.at]);
  const current = (): Picture => ({ theme, figure: figure.key, region, view: stage?.camera() ?? null, at: at?.toISOString() ?? null, message, line: [], cycle_s: 0, layers: layers && [...layers], panels: panels && [...panels], spotlight: null });
  const mayDirect = session.permissions.includes('wall.direct');
  const level = region === null ? null : levelBelow(region);
  const ranked = useCasesByRegion(level, region, at).data?.regions ?? [];
  const go = ({ lon, lat }: Happening) => stage?.look({ lon, lat, zoom: 16.2, pitch: 55, bearing: 0 });
  const data = figures.data;

  // Of screens that act as one picture the outer ones carry the panels.
  const { place, places } = { place: told?.place ?? 1, places: told?.places ?? 1 };
  const [leftSide, rightSide] = [place === 1, place === places];
  const shape: Shape = wide ? 'wide' : narrow ? 'narrow' : 'one';
  const state = !live ? 'replay' : lost ? 'lost' : 'live';
  const panel: Record<PanelName, () => ReactNode> = {
    key: () => <KeyFigures figures={data} statistics={statistics.data} live={live} />,
    hours: () => <Hours figures={data} />,
    days: () => <Daily figures={data} />,
    population: () => <Population statistics={statistics.data} />,
    ontime: () => <OnTime figures={data} />,
    ranking: () => <Ranking regions={ranked} title={`ranking_${level ?? 'grid'}`} most={wide ? 22 : narrow ? 9 : 7} onRegion={(code) => drill(code)} />,
    stream: () => <Stream happenings={happenings} now={replay.at ?? now.getTime()} codes={codes.data} state={state} where={where} onGo={go} />,
    categories: () => <Categories figures={data} codes={codes.data} />,
    channels: () => <Channels figures={data} codes={codes.data} />,
  };
  const sides = placed(shape, panels ?? usualPanels(shape, session.permissions));
  const column = (names: readonly PanelName[]) => <div key={names[0]}>{names.map((name) => <Fragment key={name}>{panel[name]()}</Fragment>)}</div>;

  return (
    <div className="wall" data-theme={theme} data-wide={wide} data-narrow={narrow} data-testid="wall" data-ready={ready} data-seen={seen || failed !== ''} data-region={region} data-live={state} style={{ '--zoom': zoom }}>
      <div className="wall-map" ref={container} role="region" aria-label={t('mapLabel')} />
      <div className="wall-shade" aria-hidden />
      <Top session={session} region={detail.data} theme={theme} themes={themes} now={now} onTheme={changeTheme} onRegion={(code) => drill(code)}>
        {!screen && <Compose panels={panels ?? usualPanels(shape, session.permissions)} layers={layers ?? themeLayers[theme]} onPanels={setPanels} onLayers={setLayers} />}
        {!screen && <Scenes mayDirect={mayDirect} current={current} onShow={({ picture }: Scene) => show(picture)} cycle={cycle} onCycle={setCycle} />}
      </Top>
      {leftSide && sides.left.length > 0 && <aside className="wall-side left" aria-label={t('statistics')}>{sides.left.map(column)}</aside>}
      <div className="wall-centre">
        {message !== '' && <p className="wall-message" role="status">{message}</p>}
        {(lost || screenState === 'lost') && <p className="wall-lost" role="alert">{t('wallLost')}</p>}
        {screenState === 'closed' && <p className="wall-lost" role="alert">{t('screenClosed')}</p>}
        {failed !== '' && <p className="wall-lost" role="alert">{failed}</p>}
        <div className="wall-foot">
          <div className="wall-foot-row">
            {paint.known > 0 && <Legend figure={figure} bounds={paint.bounds} colours={paint.colours} least={paint.least} most={paint.most} />}
            <label className="wall-choice">
              <span className="wall-hidden">{t('figureChoose')}</span>
              <select value={figure.key} onChange={({ target }) => setFigureKey(target.value)} data-testid="figure">
                {allFigures.map((choice) => <option key={choice.key} value={choice.key} disabled={!maySee(choice, session.permissions)}>{t(choice.title)}</option>)}
              </select>
            </label>
            {(detail.data?.children.length ?? 0) > 0 && (
              <label className="wall-choice">
                <span className="wall-hidden">{t('into')}</span>
                <select value="" onChange={({ target }) => drill(Number(target.value))} onKeyDown={openFirst} data-testid="into">
                  <option value="" disabled>{t('into')}</option>
                  {detail.data?.children.map(({ code, name }) => <option key={code} value={code}>{name}</option>)}
                </select>
              </label>
            )}
            {region !== home && <button type="button" className="wall-button" onClick={up} data-testid="up">{t('up')}</button>}
          </div>
          <Timeline replay={replay} now={now} />
        </div>
      </div>
      {rightSide && sides.right.length > 0 && <aside className="wall-side right" aria-label={t('live')}>{sides.right.map(column)}</aside>}
    </div>
  );
}

/** A closed list would take the first choice that a key comes by: it opens, so that one is chosen among all. */
function openFirst(event: KeyboardEvent<HTMLSelectElement>): void {
  if (event.altKey || event.ctrlKey || event.metaKey || event.key === ' ' || (event.key.length > 1 && !/^(Arrow|Page)/.test(event.key))) return;
  event.preventDefault();
  event.currentTarget.showPicker();
}

/** What the panels leave of the map, with some air. */
function room(map: HTMLElement): Insets {
  const whole = map.getBoundingClientRect();
  const air = Math.round(whole.height * 0.03);
  const centre = map.parentElement?.querySelector('.wall-centre')?.getBoundingClientRect();
  const foot = map.parentElement?.querySelector('.wall-foot')?.getBoundingClientRect();
  if (!centre || !foot || centre.top >= whole.bottom) return { top: air, right: air, bottom: air, left: air };
  return {
    top: Math.max(0, centre.top - whole.top) + air, right: Math.max(0, whole.right - centre.right) + air,
    bottom: Math.max(0, whole.bottom - foot.top) + air, left: Math.max(0, centre.left - whole.left) + air,
  };
}
