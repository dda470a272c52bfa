import './desk.css';
import { useQueryClient } from '@tanstack/react-query';
import { App as AntApp } from 'antd';
import type { Polygon } from 'geojson';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Session } from '../../api/client';
import { regionOf, useCity, type Area } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { Boundary, Failure, Part } from '../../kit/part/Boundary';
import { fetchPart, PartMissing } from '../../kit/part/fetching';
import { lazily } from '../../kit/part/lazily';
import { useAreas, useKeptFocus } from '../../keys/focus';
import type { Events, MapController, Picked, Tool, View } from '../../map/controller';
import { useArrived, useLive } from '../../map/live';
import { around, boundsOf } from '../../map/bounds';
import { circle } from '../../map/circle';
import type { System } from '../../map/crs';
import type { Editable } from '../../map/handles';
import { isLevel } from './planner/state';
import { readAddress, writeAddress } from './address/share';
import type { Position } from 'geojson';
import { writeBase } from '../../map/basemaps';
import { isMany, readPick, writePick } from './address/sharePick';
import { readPlanner, writePlanner } from './address/sharePlanner';
import { readSwipe, writeSwipe } from './address/shareSwipe';
import { Details } from './Details';
import { Header } from './Header';
import { LayerPanel } from './LayerPanel';
import { LiveList } from './LiveList';
import { Legend } from './planner/Legend';
import { PlannerPanel } from './planner/PlannerPanel';
import './planner/planner.css';
import { ToolHint } from './planner/ToolHint';
import { useHandles } from './planner/useHandles';
import { usePlanner } from './planner/usePlanner';
import { useCopy } from '../../kit/useCopy';
import { FoldButton, useFolded } from './Fold';
import { OutsideNote } from './OutsideNote';
import { isNarrow } from '../../kit/touch';
import { heldMany, useAddress } from './useAddress';
import { useBaseMap } from './useBaseMap';
import { useMark } from './useRecord';
import './tools/tools.css';
import { MapTools } from './tools/MapTools';
import { Readout } from './tools/Readout';
import { useLayerStack } from './tools/useLayerStack';
import { useMapTools } from './tools/useMapTools';
import { Tools } from './Tools';
import { Problem } from '../../kit/Problem';

const CoordinatesDialog = lazily(() => import('./planner/CoordinatesDialog').then((module) => ({ default: module.CoordinatesDialog })));

declare global {
  interface Window {
    __gridhall?: { map: MapController['map']; area: () => Polygon | null };
  }
}

const REFRESH_MS = 1_500;
/** Long enough to read a sentence and look at what it names. */
const SAID_S = 6;
const tabs = ['map', 'layers', 'statistics', 'live'] as const;
type Tab = (typeof tabs)[number];
/** The panel that lies over the map where there is no room beside it. */
function readSheet(search: string): Tab {
  const params = new URLSearchParams(search);
  // Within another's page there are no buttons to close it.
  return tabs.find((tab) => tab === params.get('sheet') && !params.has('embed')) ?? 'map';
}
const AREAS = '.header, .map, .left, .toolbar, .tool-card, .details, .right, .bottom';

/** The map desk: the map, its layers, what an area holds, what happens. */
export default function Desk({ session }: { session: Session }) {
  const { t } = useI18n();
  const { message } = AntApp.useApp();
  const copy = useCopy();
  const queries = useQueryClient();
  const city = useCity();
  const address = useMemo(() => readAddress(location.search), []);
  const [controller, setController] = useState<MapController | null>(null);
  const [ready, setReady] = useState(false);
  const [failed, setFailed] = useState('');
  const [lost, setLost] = useState(false);
  /** The map's code did not come; the count of tries has it asked for again. */
  const [missing, setMissing] = useState<PartMissing | null>(null);
  const [tries, setTries] = useState(0);
  const [system, setSystem] = useState<System>('cgcs2000');
  const folded = useFolded();
  const [view, setView] = useState<View | null>(address.view);
  const layers = useLayerStack(address);
  const { hidden, stack, show: showLayers } = layers;
  const showRoads = useCallback((shown: boolean) => showLayers(['road'], shown), [showLayers]);
  const base = useBaseMap(controller, showRoads);
  const [region, setRegion] = useState<number | null>(address.polygon ? null : address.region);
  const [polygon, setPolygon] = useState<Polygon | null>(address.polygon);
  const reader = String(session.account?.id ?? session.name);
  const [picked, setPicked] = useState<Picked | null>(() => readPick(location.search) ?? heldMany(reader));
  const [tool, setTool] = useState<Tool>(null);
  const tools = useMapTools(controller, layers.hidden, tool, setTool);
  const [tab, setTab] = useState<Tab>(() => readSheet(location.search));
  const [outlining, setOutlining] = useState(false);
  const container = useRef<HTMLDivElement>(null);
  useKeptFocus();
  useAreas(AREAS);

  const home = session.regions[0]?.code ?? city.data?.code ?? null;
  const planner = usePlanner(controller, home, session);
  const { chosen, embed } = planner.state;
  const thing = useMark(picked);
  const marked = useMemo(() => ({ region, polygon, thing }), [region, polygon, thing]);
  const area: Area | null = polygon ? { kind: 'drawn', polygon } : chosen.length > 0 ? { kind: 'regions', codes: chosen } : (region ?? home) === null ? null : { kind: 'region', code: region ?? home ?? 0 };

  // The map calls these long after the render in which it was made.
  const toArea = (next: Area, line: Position[] | null = null) => {
    setPicked(null);
    setPolygon(next.kind === 'drawn' ? next.polygon : null);
    setRegion(next.kind === 'region' ? next.code : null);
    planner.setLine(line);
    planner.change({ chosen: next.kind === 'regions' ? next.codes : [], ...(next.kind === 'drawn' ? { tab: 'statistics' } : {}) });
    if (next.kind === 'drawn') setTab('statistics');
  };
  const toCorridor = (line: Position[], width: number) =>
    void fetchPart(() => import('../../map/corridor')).then(({ corridor }) => {
      const drawn = corridor(line, width);
      if (drawn) toArea({ kind: 'drawn', polygon: drawn }, line);
      else message.warning(t('corridorFailed'));
    }, () => message.warning(t('partMissingText')));
  const correct = (shape: Editable) => {
    if (shape.kind === 'line') toCorridor(shape.points, planner.width);
    else if (shape.kind === 'circle') toArea({ kind: 'drawn', polygon: circle(shape.centre, shape.radius) });
    else toArea({ kind: 'drawn', polygon: { type: 'Polygon', coordinates: [[...shape.corners, shape.corners[0] as Position]] } });
  };
  useHandles(embed || tool ? null : controller, polygon, planner.line, correct);
  const pickRegion = useRef((_: number) => {});
  const takeDrawn = useRef((_: Polygon) => {});
  const takeLine = useRef((_: Position[]) => {});
  useEffect(() => {
    pickRegion.current = (code) => {
      if (tool !== 'regions') return toArea({ kind: 'region', code });
      const codes = chosen.includes(code) ? chosen.filter((other) => other !== code) : [...chosen, code];
      return toArea({ kind: 'regions', codes });
    };
    takeDrawn.current = (drawn) => toArea({ kind: 'drawn', polygon: drawn });
    takeLine.current = (line) => toCorridor(line, planner.width);
  });

  const bbox = city.data?.bbox;
  useEffect(() => {
    if (!bbox || controller) return undefined;
    let wanted = true;
    const events: Events = {
      ready: () => setReady(true),
      moved: setView,
      picked: (item, at) => {
        if (at !== null) pickRegion.current(at);
        setPicked(item);
        // Where a sheet lies over the map, the details have no room beside it.
        if (item) setTab('map');
      },
      drawn: (drawn) => takeDrawn.current(drawn),
      line: (line) => takeLine.current(line),
      toolEnded: () => setTool(null),
      failed: setFailed,
      lost: (now) => {
        setLost(now);
        // It may be the session that has ended.
        if (now) void queries.invalidateQueries({ queryKey: ['session'] });
      },
    };
    // The map's code is the largest part of the page: panels and figures don't wait for it.
    fetchPart(() => import('../../map/controller'))
      .then((map) => {
        if (!wanted || !container.current) return;
        const made = new map.MapController(container.current, address.view ?? (bbox as [number, number, number, number]), events);
        setController(made);
        setView(made.view());
      })
      .catch((error: unknown) => wanted && (error instanceof PartMissing ? setMissing(error) : setFailed(t('mapFailed'))));
    return () => {
      wanted = false;
    };
  }, [bbox, controller, address, queries, t, tries]);
  useEffect(() => () => controller?.destroy(), [controller]);
  useEffect(() => controller?.show(hidden), [controller, hidden]);
  useEffect(() => controller?.setStack(stack), [controller, stack]);
  useEffect(() => controller?.mark(marked), [controller, marked]);
  useEffect(() => void controller?.setTool(tool), [controller, tool]);
  useEffect(() => {
    // Where the details lie over the map, they would take what is meant for the tool.
    if (tool && isNarrow()) setPicked(null);
  }, [tool]);
  useEffect(() => {
    if (controller) window.__gridhall = { map: controller.map, area: () => polygon };
  }, [controller, polygon]);
  const sheet: [string, string][] = isNarrow() && tab !== 'map' ? [['sheet', tab]] : [];
  const widening = useRef(false);
  useAddress({
    address: writeAddress({ view, hidden, stack, region, polygon }, [...writePick(picked), ...writePlanner(planner.state), ...writeBase(base.choice), ...writeSwipe(tools.swiped), ...sheet]),
    many: picked && isMany(picked) ? picked : null,
    reader,
    embed,
    quiet: widening,
    // The steps are undone, and where somebody looked when they took them; what was shown and coloured since stays so.
    onBack: (search, many) => {
      const said = readAddress(search);
      const { tab: panel, chosen: codes } = readPlanner(search);
      setPicked(readPick(search) ?? many);
      setRegion(said.polygon ? null : said.region);
      setPolygon(said.polygon);
      if (JSON.stringify(said.polygon) !== JSON.stringify(polygon)) planner.setLine(null);
      planner.change({ tab: panel, chosen: codes });
      tools.reopen(readSwipe(search));
      setTab(readSheet(search));
      if (!said.view) return;
      setView(said.view);
      controller?.look(said.view);
    },
  });
  useEffect(() => {
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setTool(null);
      if (tool === null && event.target === controller?.map.getCanvas()) setPicked(null);
    };
    addEventListener('keydown', escape);
    return () => removeEventListener('keydown', escape);
  }, [controller, tool]);

  // Figures follow the changes, but not each of 200 in a second.
  const refresh = useRef<number | undefined>(undefined);
  const refreshSoon = useCallback(() => {
    refresh.current ??= window.setTimeout(() => {
      refresh.current = undefined;
      void queries.invalidateQueries({ queryKey: ['statistics'] });
      void queries.invalidateQueries({ queryKey: ['city'] });
      void queries.invalidateQueries({ queryKey: ['layers'] });
      void queries.invalidateQueries({ queryKey: ['cases-by-region'] });
      void queries.invalidateQueries({ queryKey: ['measures'] });
    }, REFRESH_MS);
  }, [queries]);
  const { arrived, arrive } = useArrived();
  const connected = useLive(
    (change, key) => {
      arrive(change, key);
      const place = change.layer === 'case' && change.op === 'upsert' && change.lon !== undefined && change.lat !== undefined;
      controller?.changed(change.layer, place ? { lon: change.lon ?? 0, lat: change.lat ?? 0 } : null);
      refreshSoon();
    },
    () => {
      for (const name of Object.keys(city.data?.layers ?? {})) controller?.changed(name, null);
      void queries.invalidateQueries();
    },
  );

  useEffect(() => {
    if (connected) controller?.reconnected();
  }, [connected, controller]);

  /** Counts a region and goes there; who clicks it on the map is there already. */
  const choose = (code: number, box?: readonly number[] | null) => {
    toArea({ kind: 'region', code });
    if (box) return controller?.fit(box);
    // A region that can't be asked for says so in the panel.
    return queries.ensureQueryData(regionOf(code)).then((found) => controller?.fit(found.bbox), () => undefined);
  };
  /** A region of the ranking: there, with its card, and the ranking stays. */
  const openRanked = async (code: number) => {
    // Where the panels lie over the map, the card is on the map.
    if (isNarrow()) setTab('map');
    const found = await queries.ensureQueryData(regionOf(code)).catch(() => null);
    if (!found) return choose(code);
    toArea({ kind: 'region', code });
    controller?.fit(found.bbox);
    const [lon = 0, lat = 0] = found.centre;
    if (isLevel(found.level)) setPicked({ layer: found.level, id: code, lon, lat, properties: { name: found.name } });
  };
  const outlined = (drawn: Polygon, line: Position[] | null) => {
    toArea({ kind: 'drawn', polygon: drawn }, line);
    controller?.fit(boundsOf(drawn));
  };
  const toRegions = (codes: number[]) => {
    toArea({ kind: 'regions', codes });
    const regions = Promise.all(codes.map((code) => queries.ensureQueryData(regionOf(code))));
    // A region that can't be asked for says so in the panel.
    regions.then((found) => controller?.fit(around(found.map(({ bbox: box }) => box))), () => undefined);
  };
  const clear = () => {
    toArea({ kind: 'regions', codes: [] });
  };

  return (
    <div className="desk" data-tab={tab} data-planner={planner.state.tab} data-embed={embed} data-panel={tools.panel ?? 'none'} data-left={folded.left ? 'folded' : 'open'} data-right={folded.right ? 'folded' : 'open'}>
      <a
        className="skip"
        href="#map"
        onClick={(event) => {
          // Going to a part of the page would be a step of its own in the browser's history.
          event.preventDefault();
          controller?.focus();
        }}
      >
        {t('skip')}
      </a>
      <Header
        session={session}
        onFound={(found) => {
          setTab('map');
          if (found.kind === 'region') choose(found.id, found.bbox);
          else {
            controller?.goTo(found.lon, found.lat, 16.5);
            setPicked({ layer: found.kind, id: found.id, lon: found.lon, lat: found.lat, properties: { name: found.name } });
          }
        }}
      />
      <main className="stage">
        <div id="map" className="map" ref={container} role="region" aria-label={t('mapLabel')} data-testid="map" data-ready={ready} />
        {(failed !== '' || lost) && (
          <Problem
            text={failed || t('network')}
            onClose={() => {
              setFailed('');
              setLost(false);
            }}
          />
        )}
        {missing && (
          <Failure
            error={missing}
            of="float"
            onRetry={() => {
              setMissing(null);
              setTries(tries + 1);
            }}
          />
        )}
        <OutsideNote controller={controller} bbox={bbox} regions={session.regions} onHome={() => bbox && controller?.fit(bbox)} />
        <div className="rail">
          <FoldButton side="left" folded={folded} />
          <aside className="left" aria-label={t('layers')}>
            <Boundary of="panel"><LayerPanel layers={layers} base={base} made={city.data?.made === true} partly={!session.regions.some(({ code }) => code === city.data?.code)} /></Boundary>
          </aside>
          <aside className="bottom" aria-label={t('live')}>
            <Boundary of="panel">
              <LiveList
                arrived={arrived}
                connected={connected}
                opened={picked}
                onOpen={(thing) => {
                  setTab('map');
                  // What is hidden could not be marked.
                  layers.show([thing.layer], true);
                  controller?.goTo(thing.lon, thing.lat, 16);
                  setPicked(thing);
                }}
              />
            </Boundary>
          </aside>
        </div>
        <Tools
          tool={tool}
          onTool={(next) => {
            setTool(next);
            setTab('map');
            if (next) controller?.focus();
          }}
          onCoordinates={() => setOutlining(true)}
          hasArea={polygon !== null || region !== null || chosen.length > 0}
          onClear={clear}
          onHome={() => {
            clear();
            if (bbox) controller?.fit(bbox);
          }}
          onZoom={(steps) => controller?.zoomBy(steps)}
          onShare={() => copy(location.href, t('shared'))}
          tools={tools}
        />
        <div className="map-cards" data-legend={planner.state.choropleth.on}>
          {picked && (
            <Boundary key={`${picked.layer}-${picked.id}`} of="float" onClose={() => setPicked(null)}>
              <Details
                picked={picked}
                onClose={() => setPicked(null)}
                onRegion={choose}
                onPicked={setPicked}
                onStatistics={() => {
                  setTab('statistics');
                  planner.change({ tab: 'statistics' });
                }}
                onZoom={() => {
                  controller?.closer(picked.lon, picked.lat);
                  setPicked(null);
                }}
              />
            </Boundary>
          )}
          <MapTools tools={tools} controller={controller} tool={tool} onTool={setTool} layers={layers} planner={planner} marked={marked} home={home} permissions={session.permissions} system={system} onSystem={setSystem} region={polygon ? null : region} onPicked={setPicked} onRegion={choose} />
        </div>
        <p className="map-corner" data-testid="map-corner">{[city.data?.made && t('boundariesMade'), t('boundariesNote')].filter(Boolean).join('')}</p>
        <Readout
          controller={controller}
          system={system}
          onSystem={setSystem}
          onTake={(place) => {
            tools.open('coordinates');
            tools.setPlace(place);
          }}
        />
        {tool && <ToolHint tool={tool} controller={controller} width={planner.width} onWidth={planner.setWidth} onFinish={() => controller?.finish()} onCancel={() => setTool(null)} />}
        {planner.state.choropleth.on && <Legend map={planner.state.choropleth} classed={planner.classed} />}
        {embed && <a className="card embedded" href={location.href.replace(/[?&]embed=1/, '')} target="_blank" rel="noreferrer">{t('openInGridhall')}</a>}
        {outlining && (
          <Part of="float" onClose={() => setOutlining(false)}>
            <CoordinatesDialog
              chosen={chosen}
              width={planner.width}
              polygon={polygon}
              line={planner.line}
              picked={picked && { name: String(picked.properties['name'] || t('unnamed')), at: [picked.lon, picked.lat] }}
              centre={controller ? controller.map.getCenter().toArray() : null}
              system={system}
              onSystem={setSystem}
              onClose={() => setOutlining(false)}
              onDrawn={outlined}
              onChosen={toRegions}
            />
          </Part>
        )}
        <FoldButton side="right" folded={folded} />
        <aside className="right" aria-label={t('statistics')} data-testid="area-panel">
          <PlannerPanel
            session={session}
            area={area}
            planner={planner}
            controller={controller}
            onRegion={choose}
            onRanked={openRanked}
            onArea={toArea}
            onWidth={(width) => {
              planner.setWidth(width);
              if (!planner.line) return;
              widening.current = true;
              toCorridor(planner.line, width);
            }}
            onReshape={(drawn) => {
              widening.current = true;
              toArea({ kind: 'drawn', polygon: drawn });
            }}
            onChoropleth={(map) => {
              // Case bubbles over colours would read as one picture; whoever wants both turns them on again.
              if (map.on !== planner.state.choropleth.on) {
                if (map.on && !layers.hidden.has('case')) void message.info(t('casesHidden'), SAID_S);
                layers.show(['case'], !map.on);
              }
              planner.change({ choropleth: map });
            }}
          />
        </aside>
      </main>
      <nav className="tabs" aria-label={t('tools')}>
        {tabs.map((name) => (
          <button key={name} type="button" aria-pressed={tab === name} onClick={() => setTab(name)}>
            {t(name === 'map' ? 'mapTab' : name)}
          </button>
        ))}
      </nav>
    </div>
  );
}
