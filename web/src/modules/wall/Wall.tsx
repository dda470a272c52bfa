import './wall.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Fragment, useCallback, useEffect, useEffectEvent, useMemo, useRef, useState, type ReactNode } from 'react';
import { client, take, type Picture, type Scene, type Session } from '../../api/client';
import { Button, Select } from 'antd';
import { useCaseFigures, useCasesByRegion, useCity, useCodes, useMeasures, useMoments, useRegion, useStatistics } from '../../api/hooks';
import { isOfPeople } from '../../map/figures/figures';
import { useI18n } from '../../i18n';
import { covered, useAreas, useKeptFocus } from '../../keys/focus';
import { levelOf, liesWithin, parentOf } from '../../api/levels';
import type { Span } from '../../api/spans';
import { useFace } from '../../theme';
import { CaseCard, caseKey, type ChosenCase } from './CaseCard';
import { Compose } from './Compose';
import { known, layerNames, panelNames, placed, themeLayers, usualPanels, type LayerName, type PanelName, type Shape } from './composition';
import { countBy, emergenciesOf, isEmergency } from './emergencies';
import { Legend } from './Legend';
import { areaName } from './names';
import { nightFigures, nightOf, openAt, spotsOf } from './nights';
import { Categories, Channels } from './panels/Categories';
import { EmergencyFigures, Facilities, Urgent } from './panels/Emergency';
import { KeyFigures } from './panels/KeyFigures';
import { NightKeys, NightKinds } from './panels/Night';
import { OnTime } from './panels/OnTime';
import { missingOf } from './panels/Panel';
import { Holdings, PeopleFigures, Residence } from './panels/People';
import { Ranking, type RankedRegion } from './panels/Ranking';
import { Stream } from './panels/Stream';
import { Daily, Hours, Population } from './panels/Trends';
import { past } from './past';
import { Scenes, useScenes } from './Scenes';
import type { Camera, Insets, Stage } from './stage';
import { figuresOf, isTheme, levelBelow, themeFigure, themesFor, useNow, type Theme } from './state';
import { Timeline } from './Timeline';
import { Top } from './Top';
import { useCases } from './useCases';
import { unitOf, usePaint } from './usePaint';
import { useFacilities, type FacilityKind } from './useFacilities';
import { usePicture, type Told } from './usePicture';
import { useReplay } from './useReplay';
import { useTrailing } from './useTrailing';
import { fetchPart, PartMissing } from '../../kit/part/fetching';
import { useEscalate } from '../../kit/part/useEscalate';

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
/** Regions that fit into the panel on one screen, beside what else a theme shows. */
const MOST_RANKED: Record<Theme, number> = { overview: 9, population: 12, cases: 7, emergency: 9, night: 9 };
/** How near a case is looked at. */
const CASE_ZOOM = 16.2;
const [MINUTE_MS, DAY_MS] = [60_000, 86_400_000];
const NO_KINDS: readonly FacilityKind[] = [];
const PITCH: Record<Theme, number> = { overview: 30, population: 0, cases: 20, emergency: 60, night: 58 };

/** A wide wall is looked at from four metres and has room beside its map: everything on it is so much larger. */
const WIDE_SCALE = 1.4;

/** How much larger than drawn everything is: the wall is composed for 1,080 pixels of height. */
function useZoom(): { zoom: number; wide: boolean; narrow: boolean } {
  const measure = () => {
    const zoom = Math.max(0.75, innerHeight / TALL);
    const wide = innerWidth / zoom > 2_700;
    return { zoom: wide ? zoom * WIDE_SCALE : zoom, wide, narrow: innerWidth < 1_100 };
  };
  const [size, set] = useState(measure);
  useEffect(() => {
    const changed = () => set(measure());
    addEventListener('resize', changed);
    return () => removeEventListener('resize', changed);
  }, []);
  // What floats over the wall hangs on the page itself.
  useEffect(() => document.documentElement.style.setProperty('--wallZoom', String(size.narrow ? 1 : Math.max(1, size.zoom))), [size]);
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
      return [names.get(parentOf(community)), areaName(names.get(community) ?? '')].filter(Boolean).join(' ') || '—';
    };
  }, [labels.data]);
}

/** Narrower than this nothing of a wall can be read; a phone has the map. */
const LEAST_WIDTH = 800;

/** The map wall: the city at a glance, live or as it stood. */
export default function Wall({ session }: { session: Session }) {
  const [small] = useState(() => innerWidth < LEAST_WIDTH);
  return small ? <TooSmall /> : <Shown session={session} />;
}

function TooSmall() {
  const { t } = useI18n();
  return (
    <main className="wall-small" data-testid="wall-small">
      <h1>{t('smallTitle')}</h1>
      <p>{t('smallText')}</p>
      <Button type="primary" size="large" href="/map">{t('smallMap')}</Button>
    </main>
  );
}

function Shown({ session }: { session: Session }) {
  const { t, language } = useI18n();
  const face = useFace();
  const queries = useQueryClient();
  const escalate = useEscalate();
  const params = useMemo(() => new URLSearchParams(location.search), []);
  const screen = params.get('screen');
  const { zoom, wide, narrow } = useZoom();
  const mapScale = narrow ? 1 : Math.max(1, zoom);
  const now = useNow();
  const city = useCity();
  const codes = useCodes();
  const where = useNames();
  const home = session.regions[0]?.code ?? city.data?.code ?? null;

  const [wantedTheme, setTheme] = useState<Theme>(() => {
    const named = params.get('theme');
    return isTheme(named) ? named : 'overview';
  });
  // Whether there are totals of people is the server's answer; until it has come, no theme is taken away.
  const own = useStatistics(home === null ? null : { kind: 'region', code: home });
  const seesPeople = own.data?.people != null;
  const themes = useMemo(() => themesFor(seesPeople), [seesPeople]);
  const theme: Theme = own.data && !themes.includes(wantedTheme) ? 'overview' : wantedTheme;
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
  const figure = themeFigure(theme, figureKey, seesPeople);

  const live = replay.at === null;
  const rankSoon = useTrailing(() => void queries.invalidateQueries({ queryKey: ['cases-by-region'], predicate: (query) => query.queryKey[3] === 'now' }), RANK_MS);
  const cases = useCases({
    whole: (spots) => live && theme !== 'night' && stage?.setCases(spots),
    put: (spot, happening) => {
      if (chosenCase?.id === spot.id) void queries.invalidateQueries({ queryKey: caseKey(spot.id) });
      if (!live) return;
      stage?.putCase(spot);
      if (happening.what === 'reported' && (theme !== 'emergency' || isEmergency(spot))) stage?.ping(spot.lon, spot.lat, 'new', spot.severity);
    },
    drop: (id, happening) => {
      if (chosenCase?.id === id) void queries.invalidateQueries({ queryKey: caseKey(id) });
      if (!live) return;
      // What a night has brought stays on its map.
      if (theme !== 'night' || !happening) stage?.dropCase(id);
      if (happening && (theme !== 'emergency' || isEmergency(happening))) stage?.ping(happening.lon, happening.lat, 'done', happening.severity);
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
  const shownAt = replay.at ?? now.getTime();
  const minute = Math.floor(shownAt / MINUTE_MS) * MINUTE_MS;
  const happenings = useMemo(() => {
    const all = live ? cases.happenings.filter((happening) => region === null || liesWithin(happening.region, region)) : past(played.data, replay.at ?? 0);
    return theme === 'emergency' ? all.filter(isEmergency) : all;
  }, [live, theme, cases.happenings, region, played.data, replay.at]);

  // What the themes of emergencies and of the night count by themselves.
  const openCases = useMemo(() => {
    const all = live ? [...cases.spots().values()] : openAt(played.data ? spotsOf(played.data) : [], minute);
    return region === null ? all : all.filter((spot) => liesWithin(spot.region, region));
  }, [live, cases.version, cases.spots, played.data, minute, region]); // eslint-disable-line
  const emergencies = useMemo(() => emergenciesOf(openCases), [openCases]);
  const isNight = theme === 'night';
  const nightFrom = isNight ? nightOf(minute).from.getTime() : 0;
  const spanFrom = (from: number): Span => ({ kind: 'day', from: new Date(from), to: new Date(from + DAY_MS) });
  const [tonight, before] = [useMoments(region, isNight ? spanFrom(nightFrom) : null), useMoments(region, isNight ? spanFrom(nightFrom - DAY_MS) : null)];
  const night = useMemo(() => (isNight ? nightFigures(minute, tonight.data, before.data) : undefined), [isNight, minute, tonight.data, before.data]);
  const counted = theme === 'emergency' ? emergencies : isNight ? (night?.reported ?? null) : null;
  const paint = usePaint(region, figure, at === null ? null : new Date(Math.floor(at.getTime() / 3_600_000) * 3_600_000), counted);
  const facilities = useFacilities(theme === 'emergency', region, codes.data);

  const [chosenCase, chooseCase] = useState<ChosenCase | null>(null);
  const showCase = (found: ChosenCase) => {
    chooseCase(found);
    stage?.look({ lon: found.lon, lat: found.lat, zoom: Math.max(CASE_ZOOM, stage.camera().zoom), pitch: 55, bearing: 0 });
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

  // The map.
  const bbox = city.data?.bbox;
  const goToCase = useRef<(found: ChosenCase) => void>(() => undefined);
  useEffect(() => {
    goToCase.current = showCase;
  });
  const pick = useRef<(code: number, by: 'click' | 'wheel') => void>(() => undefined);
  useEffect(() => {
    if (!bbox || stage) return undefined;
    let wanted = true;
    fetchPart(() => import('./stage')).then(({ Stage }) => {
      if (!wanted || !container.current) return;
      setStage(new Stage(container.current, bbox as [number, number, number, number], face, room, {
        ready: () => setReady(true), seen: () => setSeen(true), region: (code, by) => pick.current(code, by), case: (spot) => goToCase.current(spot), moved: () => undefined, failed: () => setFailed(t('network')),
      }, mapScale));
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
  useEffect(() => stage?.setScale(mapScale), [stage, mapScale]);
  useEffect(() => stage?.setFocus(theme === 'emergency' ? { kind: 'emergencies' } : isNight ? { kind: 'reported', from: nightFrom / 1000 } : { kind: 'open' }), [stage, theme, isNight, nightFrom]);
  useEffect(() => stage?.setFacilities(theme === 'emergency' ? facilities.kinds.flatMap(({ colour, name, nameEn, spots }) => spots.map((spot) => ({ lon: spot.lon, lat: spot.lat, colour, name: spot.name || (language === 'en' ? nameEn : name) }))) : []), [stage, theme, facilities.kinds, language]);
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
    if (isTheme(picture.theme)) {
      setTheme(picture.theme);
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
      if (event.key === 'Escape' && chosenCase) chooseCase(null);
      else if (event.key === 'Escape' || event.key === 'Backspace') up();
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
  const byRegion = useCasesByRegion(level, region, at);
  const archives = useMeasures(theme === 'population' ? level : null, region);
  const ranked = useMemo((): RankedRegion[] => {
    if (theme === 'population') return (archives.data?.regions ?? []).filter(({ code }) => levelOf(code) === level).map((measures) => ({ code: measures.code, name: measures.name, measures }));
    const counts = counted && countBy(counted, unitOf(level));
    return (byRegion.data?.regions ?? []).map((of) => ({ code: of.code, name: of.name, cases: of, counted: counts ? (counts.get(of.code) ?? 0) : undefined }));
  }, [theme, archives.data, byRegion.data, counted, level]);
  const data = figures.data;
  const [missing, without] = [missingOf(figures), missingOf(statistics)];
  const ofCases = live ? undefined : missingOf(played);

  // Of screens that act as one picture the outer ones carry the panels.
  const { place, places } = { place: told?.place ?? 1, places: told?.places ?? 1 };
  const [leftSide, rightSide] = [place === 1, place === places];
  const shape: Shape = wide ? 'wide' : narrow ? 'narrow' : 'one';
  const state = !live ? 'replay' : lost ? 'lost' : 'live';
  const panel: Record<PanelName, () => ReactNode> = {
    key: () => <KeyFigures figures={data} statistics={statistics.data} live={live} missing={missing} />,
    people: () => <PeopleFigures statistics={statistics.data} missing={without} />,
    residence: () => <Residence statistics={statistics.data} codes={codes.data} missing={without} />,
    holdings: () => <Holdings statistics={statistics.data} missing={without} />,
    emergency: () => <EmergencyFigures emergencies={emergencies} now={shownAt} missing={ofCases} />,
    urgent: () => <Urgent emergencies={emergencies} now={shownAt} codes={codes.data} chosen={chosenCase?.id ?? null} where={where} onGo={showCase} missing={ofCases} />,
    facilities: () => <Facilities kinds={facilities.kinds} missing={missingOf(facilities)} />,
    night: () => <NightKeys figures={night} missing={missingOf(tonight)} />,
    nightkinds: () => <NightKinds figures={night} codes={codes.data} missing={missingOf(tonight)} />,
    hours: () => <Hours figures={data} missing={missing} />,
    days: () => <Daily figures={data} missing={missing} />,
    population: () => <Population statistics={statistics.data} missing={without} />,
    ontime: () => <OnTime figures={data} missing={missing} />,
    ranking: () => <Ranking theme={theme} regions={ranked} title={`ranking_${level ?? 'grid'}`} most={wide ? 22 : narrow ? 9 : MOST_RANKED[theme]} onRegion={(code) => drill(code)} missing={level === null ? undefined : missingOf(theme === 'population' ? archives : byRegion)} />,
    stream: () => <Stream happenings={happenings} now={shownAt} codes={codes.data} state={state} where={where} onGo={showCase} chosen={chosenCase?.id ?? null} nothing={theme === 'emergency' ? 'streamNoEmergency' : 'streamNothing'} />,
    categories: () => <Categories figures={data} codes={codes.data} missing={missing} />,
    channels: () => <Channels figures={data} codes={codes.data} missing={missing} />,
  };
  const usual = usualPanels(theme, shape, seesPeople);
  const sides = placed(shape, panels ?? usual);
  const column = (names: readonly PanelName[]) => <div key={names[0]}>{names.map((name) => <Fragment key={name}>{panel[name]()}</Fragment>)}</div>;

  return (
    <div className="wall" data-theme={theme} data-wide={wide} data-narrow={narrow} data-testid="wall" data-ready={ready} data-seen={seen || failed !== ''} data-region={region} data-live={state} style={{ '--zoom': zoom, '--mapZoom': mapScale }}>
      <div className="wall-map" ref={container} role="region" aria-label={t('mapLabel')} />
      <div className="wall-shade" aria-hidden />
      <Top session={session} region={detail.data} theme={theme} themes={themes} now={now} hangs={screen !== null} onTheme={changeTheme} onRegion={(code) => drill(code)}>
        {!screen && <Compose panels={panels ?? usual} layers={layers ?? themeLayers[theme]} onPanels={setPanels} onLayers={setLayers} />}
        {!screen && <Scenes mayDirect={mayDirect} current={current} onShow={({ picture }: Scene) => show(picture)} cycle={cycle} onCycle={setCycle} />}
      </Top>
      {leftSide && sides.left.length > 0 && <aside className="wall-side left" aria-label={t('statistics')}>{sides.left.map(column)}</aside>}
      <div className="wall-centre">
        {message !== '' && <p className="wall-message" role="status">{message}</p>}
        {(lost || screenState === 'lost') && <p className="wall-lost" role="alert">{t('wallLost')}</p>}
        {screenState === 'closed' && <p className="wall-lost" role="alert">{t('screenClosed')}</p>}
        {failed !== '' && <p className="wall-lost" role="alert">{failed}</p>}
        {chosenCase && <CaseCard key={chosenCase.id} chosen={chosenCase} codes={codes.data} now={now.getTime()} live={live} where={where} facilities={theme === 'emergency' ? facilities.kinds : NO_KINDS} onClose={() => chooseCase(null)} />}
        <div className="wall-foot">
          <div className="wall-foot-row">
            {paint.known > 0 && <Legend figure={figure} bounds={paint.bounds} colours={paint.colours} least={paint.least} most={paint.most} />}
            <Select
              className="wall-choice" value={figure.key} onChange={setFigureKey} placement="topLeft" popupMatchSelectWidth={false} listHeight={520} aria-label={t('figureChoose')} data-testid="figure"
              options={figuresOf(theme).filter((choice) => seesPeople || !isOfPeople(choice)).map(({ key, title }) => ({ value: key, label: t(title) }))}
            />
            {(detail.data?.children.length ?? 0) > 0 && (
              <Select<number>
                className="wall-choice" value={null} placeholder={t('into')} onSelect={(code) => drill(code)} placement="topLeft" popupMatchSelectWidth={false} listHeight={520} aria-label={t('into')} data-testid="into"
                showSearch={{ optionFilterProp: 'label' }} options={detail.data?.children.map(({ code, name }) => ({ value: code, label: areaName(name) })) ?? []}
              />
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

/** What the panels leave of the map, with some air. */
function room(map: HTMLElement): Insets {
  const whole = map.getBoundingClientRect();
  const air = Math.round(whole.height * 0.03);
  const centre = map.parentElement?.querySelector('.wall-centre')?.getBoundingClientRect();
  const foot = map.parentElement?.querySelector('.wall-foot')?.getBoundingClientRect();
  if (!centre || !foot || centre.top >= whole.bottom) return { top: air, right: air, bottom: air, left: air };
  const scale = whole.height / map.offsetHeight || 1;
  const edges = {
    top: Math.max(0, centre.top - whole.top) + air, right: Math.max(0, whole.right - centre.right) + air,
    bottom: Math.max(0, whole.bottom - foot.top) + air, left: Math.max(0, centre.left - whole.left) + air,
  };
  // The map reckons in its own pixels, which are shown larger on a large wall.
  return { top: edges.top / scale, right: edges.right / scale, bottom: edges.bottom / scale, left: edges.left / scale };
}
