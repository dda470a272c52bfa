import './desk.css';
import './planner/planner.css';
import './tools/tools.css';
import type { Polygon } from 'geojson';
import { useEffect } from 'react';
import type { Session } from '../../api/client';
import { useI18n } from '../../i18n';
import { useAreas, useKeptFocus } from '../../keys/focus';
import { Problem } from '../../kit/Problem';
import { Boundary, Failure } from '../../kit/part/Boundary';
import { useCopy } from '../../kit/useCopy';
import type { MapController } from '../../map/controller';
import { creditsOf } from '../../map/credits';
import { DeskCards } from './DeskCards';
import { tabs } from './deskState';
import { FoldButton, useFolded } from './Fold';
import { LayerPanel } from './LayerPanel';
import { LiveList } from './LiveList';
import { OutsideNote } from './OutsideNote';
import { Legend } from './planner/Legend';
import { PlannerPanel } from './planner/PlannerPanel';
import { ToolHint } from './planner/ToolHint';
import { Tools } from './Tools';
import { Readout } from './tools/Readout';
import { useDesk } from './useDesk';
import { useFresh } from './useFresh';
import { words } from './words';

declare global {
  interface Window {
    __gridhall?: { map: MapController['map']; area: () => Polygon | null };
  }
}

const AREAS = '[data-area], .map, .left, .toolbar, .tool-card, .details, .right, .bottom';

/** The map desk: the map, its layers, what an area holds, what happens. */
export default function Desk({ session, step, called }: { session: Session; step: string | null; called: string }) {
  const { t } = useI18n(words);
  const copy = useCopy();
  const folded = useFolded();
  const desk = useDesk(session, step, called);
  const { state, dispatch, map, controller, city, bbox, layers, planner, tools } = desk;
  const { tool, tab, region, polygon, picked } = state;
  const { chosen, embed, choropleth } = planner.state;
  const { arrived, connected } = useFresh(controller);
  useKeptFocus();
  useAreas(AREAS);
  useEffect(() => {
    document.title = `${t('mapTab')} · ${t('product')}`;
  }, [t]);
  const isPartly = !session.regions.some(({ code }) => code === city.data?.code);

  return (
    <div
      className="desk"
      data-tab={tab}
      data-planner={planner.state.tab}
      data-embed={embed}
      data-panel={tools.panel ?? 'none'}
      data-left={folded.left ? 'folded' : 'open'}
      data-right={folded.right ? 'folded' : 'open'}
    >
      <main id="main" className="stage">
        <h1 className="unseen">{t('mapTab')}</h1>
        <div className="map-slot" ref={map.slot} />
        {(state.failed !== '' || state.lost) && (
          <Problem text={state.failed || t('network')} onClose={() => dispatch({ do: 'hush' })} />
        )}
        {map.missing && <Failure error={map.missing} of="float" onRetry={map.again} />}
        <OutsideNote
          controller={controller}
          bbox={bbox}
          regions={session.regions}
          onHome={() => bbox && controller?.fit(bbox)}
        />
        <div className="rail">
          <FoldButton side="left" folded={folded} />
          <aside className="left" aria-label={t('layers')}>
            <Boundary of="panel">
              <LayerPanel
                layers={layers}
                seen={() => controller?.box() ?? null}
                base={desk.base}
                made={city.data?.made === true}
                partly={isPartly}
              />
            </Boundary>
          </aside>
          <aside className="bottom" aria-label={t('live')}>
            <Boundary of="panel">
              <LiveList
                arrived={arrived}
                connected={connected}
                opened={picked}
                onOpen={(thing) => {
                  // What is hidden could not be marked.
                  layers.show([thing.layer], true);
                  controller?.goTo(thing.lon, thing.lat, 16);
                  desk.pick(thing);
                }}
              />
            </Boundary>
          </aside>
        </div>
        <Tools
          tool={tool}
          onTool={(next) => {
            desk.setTool(next);
            dispatch({ do: 'turn', tab: 'map' });
            if (next) controller?.focus();
          }}
          onCoordinates={() => dispatch({ do: 'outline', on: true })}
          hasArea={polygon !== null || region !== null || chosen.length > 0}
          onClear={desk.clear}
          onHome={() => {
            desk.clear();
            if (bbox) controller?.fit(bbox);
          }}
          onLocate={(place) => controller?.goTo(place.lon, place.lat, 16)}
          onZoom={(steps) => controller?.zoomBy(steps)}
          onShare={() => copy(location.href, t('shared'))}
          tools={tools}
        />
        <DeskCards desk={desk} permissions={session.permissions} />
        <p className="map-corner" data-testid="map-corner">
          {[...creditsOf(city.data, t), city.data?.made && t('boundariesMade'), t('boundariesNote')]
            .filter(Boolean)
            .join(' ')}
        </p>
        <Readout
          controller={controller}
          system={state.system}
          onSystem={(system) => dispatch({ do: 'measure', system })}
          onTake={(place) => {
            tools.open('coordinates');
            tools.setPlace(place);
          }}
        />
        {tool && (
          <ToolHint
            tool={tool}
            controller={controller}
            width={planner.width}
            onWidth={planner.setWidth}
            onFinish={() => controller?.finish()}
            onCancel={() => desk.setTool(null)}
          />
        )}
        {choropleth.on && <Legend map={choropleth} classed={planner.classed} />}
        {embed && (
          <a className="card embedded" href={location.href.replace(/[?&]embed=1/, '')} target="_blank" rel="noreferrer">
            {t('openInGridhall')}
          </a>
        )}
        <FoldButton side="right" folded={folded} />
        <aside className="right" aria-label={t('statistics')} data-testid="area-panel">
          <PlannerPanel
            session={session}
            area={desk.area}
            planner={planner}
            controller={controller}
            onRegion={desk.choose}
            onRanked={(code) => void desk.openRanked(code)}
            onArea={desk.toArea}
            onWidth={desk.widen}
            onReshape={desk.reshape}
            onChoropleth={desk.colour}
          />
        </aside>
      </main>
      <nav className="tabs" aria-label={t('tools')}>
        {tabs.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={tab === name}
            onClick={() => dispatch({ do: 'turn', tab: name })}
          >
            {t(name === 'map' ? 'mapTab' : name)}
          </button>
        ))}
      </nav>
    </div>
  );
}
