import './desk.css';
import { useQueryClient } from '@tanstack/react-query';
import { App as AntApp } from 'antd';
import type { Polygon } from 'geojson';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Session } from '../api/client';
import { useCity, type Area } from '../api/hooks';
import { useI18n } from '../i18n';
import type { Events, MapController, Picked, Tool, View } from '../map/controller';
import { useLive } from '../map/live';
import { readAddress, writeAddress } from '../map/share';
import { Details } from './Details';
import { Header } from './Header';
import { LayerPanel } from './LayerPanel';
import { LiveList } from './LiveList';
import { StatisticsPanel } from './StatisticsPanel';
import { Tools } from './Tools';
import { Problem } from './Problem';

declare global {
  interface Window {
    __gridhall?: { map: MapController['map']; area: () => Polygon | null };
  }
}

/** Hidden until somebody asks: they would cover everything else. */
const HIDDEN = ['person', 'organisation', 'component'];
const REFRESH_MS = 1_500;
type Tab = 'map' | 'layers' | 'statistics' | 'live';

/** The map desk: the map, its layers, what an area holds, what happens. */
export default function Desk({ session }: { session: Session }) {
  const { t } = useI18n();
  const { message } = AntApp.useApp();
  const queries = useQueryClient();
  const city = useCity();
  const address = useMemo(() => readAddress(location.search), []);
  const [controller, setController] = useState<MapController | null>(null);
  const [ready, setReady] = useState(false);
  const [failed, setFailed] = useState('');
  const [view, setView] = useState<View | null>(address.view);
  const [hidden, setHidden] = useState<Set<string>>(address.hidden ?? new Set(HIDDEN));
  const [region, setRegion] = useState<number | null>(address.polygon ? null : address.region);
  const [polygon, setPolygon] = useState<Polygon | null>(address.polygon);
  const [picked, setPicked] = useState<Picked | null>(null);
  const [tool, setTool] = useState<Tool>(null);
  const [tab, setTab] = useState<Tab>('map');
  const container = useRef<HTMLDivElement>(null);

  const home = session.regions[0]?.code ?? city.data?.code ?? null;
  const area: Area | null = polygon ? { kind: 'drawn', polygon } : (region ?? home) === null ? null : { kind: 'region', code: region ?? home ?? 0 };

  const bbox = city.data?.bbox;
  useEffect(() => {
    if (!bbox || controller) return undefined;
    let wanted = true;
    const events: Events = {
      ready: () => setReady(true),
      moved: setView,
      picked: (item, at) => {
        setPicked(item);
        if (at !== null) {
          setPolygon(null);
          setRegion(at);
        }
      },
      drawn: (drawn) => {
        setRegion(null);
        setPicked(null);
        setPolygon(drawn);
        setTab('statistics');
      },
      toolEnded: () => setTool(null),
      failed: setFailed,
    };
    // The map's code is the largest part of the page: panels and figures don't wait for it.
    import('../map/controller')
      .then((map) => {
        if (wanted && container.current) setController(new map.MapController(container.current, address.view ?? (bbox as [number, number, number, number]), events));
      })
      .catch(() => setFailed(t('mapFailed')));
    return () => {
      wanted = false;
    };
  }, [bbox, controller, address, t]);
  useEffect(() => () => controller?.destroy(), [controller]);
  useEffect(() => controller?.show(hidden), [controller, hidden]);
  useEffect(() => controller?.setSelection(region, polygon), [controller, region, polygon]);
  useEffect(() => void controller?.setTool(tool), [controller, tool]);
  useEffect(() => {
    if (controller) window.__gridhall = { map: controller.map, area: () => polygon };
  }, [controller, polygon]);
  useEffect(() => {
    history.replaceState(null, '', writeAddress({ view, hidden, region, polygon }));
  }, [view, hidden, region, polygon]);
  useEffect(() => {
    const escape = (event: KeyboardEvent) => event.key === 'Escape' && setTool(null);
    addEventListener('keydown', escape);
    return () => removeEventListener('keydown', escape);
  }, []);

  // Figures follow the changes, but not each of 200 in a second.
  const refresh = useRef<number | undefined>(undefined);
  const refreshSoon = useCallback(() => {
    refresh.current ??= window.setTimeout(() => {
      refresh.current = undefined;
      void queries.invalidateQueries({ queryKey: ['statistics'] });
      void queries.invalidateQueries({ queryKey: ['city'] });
    }, REFRESH_MS);
  }, [queries]);
  const live = useLive(
    (change) => {
      const place = change.layer === 'case' && change.op === 'upsert' && change.lon !== undefined && change.lat !== undefined;
      controller?.changed(change.layer, place ? { lon: change.lon ?? 0, lat: change.lat ?? 0 } : null);
      refreshSoon();
    },
    () => {
      for (const name of Object.keys(city.data?.layers ?? {})) controller?.changed(name, null);
      void queries.invalidateQueries();
    },
  );

  const choose = (code: number, box: readonly number[] | null | undefined) => {
    setPolygon(null);
    setPicked(null);
    setRegion(code);
    if (box) controller?.fit(box);
  };
  const clear = () => {
    setPolygon(null);
    setRegion(null);
    setPicked(null);
  };

  return (
    <div className="desk" data-tab={tab}>
      <a className="skip" href="#map">{t('skip')}</a>
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
        {failed !== '' && <Problem text={failed} onClose={() => setFailed('')} />}
        <aside className="left" aria-label={t('layers')}>
          <LayerPanel hidden={hidden} onChange={setHidden} made={city.data !== undefined} />
        </aside>
        <Tools
          tool={tool}
          onTool={(next) => {
            setTool(next);
            setTab('map');
          }}
          hasArea={polygon !== null || region !== null}
          onClear={clear}
          onHome={() => {
            clear();
            if (bbox) controller?.fit(bbox);
          }}
          onZoom={(steps) => controller?.zoomBy(steps)}
          onShare={() => {
            void navigator.clipboard.writeText(location.href).then(() => message.success(t('shared')));
          }}
        />
        {tool && <div className="hint" role="status">{t(tool === 'polygon' ? 'drawHintPolygon' : 'drawHintCircle')}</div>}
        {picked && <Details key={`${picked.layer}-${picked.id}`} picked={picked} onClose={() => setPicked(null)} onRegion={choose} />}
        <aside className="right" aria-label={t('statistics')} data-testid="area-panel">
          <StatisticsPanel area={area} permissions={session.permissions} onRegion={choose} />
        </aside>
        <aside className="bottom" aria-label={t('live')}>
          <LiveList arrived={live.arrived} connected={live.connected} onGo={(lon, lat) => controller?.goTo(lon, lat, 16)} />
        </aside>
      </main>
      <nav className="tabs" aria-label={t('tools')}>
        {(['map', 'layers', 'statistics', 'live'] as const).map((name) => (
          <button key={name} type="button" aria-pressed={tab === name} onClick={() => setTab(name)}>
            {t(name === 'map' ? 'mapLabel' : name)}
          </button>
        ))}
      </nav>
    </div>
  );
}
