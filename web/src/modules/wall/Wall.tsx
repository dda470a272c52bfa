import './wall.css';
import { Button, Select } from 'antd';
import { useState } from 'react';
import type { Session } from '../../api/client';
import { useCity } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { useAreas, useKeptFocus } from '../../keys/focus';
import { creditsOf } from '../../map/credits';
import { CaseCard } from './CaseCard';
import { Compose } from './Compose';
import { placed, type Shape, themeLayers, usualPanels } from './composition';
import { Legend } from './Legend';
import { areaName } from './names';
import { Scenes } from './Scenes';
import type { Stage } from './stage';
import { figuresOf } from './state';
import { Timeline } from './Timeline';
import { Top } from './Top';
import type { FacilityKind } from './useFacilities';
import { useWall, type WallParts } from './useWall';
import { WallPanels } from './WallPanels';
import { words } from './words';

declare global {
  interface Window {
    __wall?: { stage: Stage; region: number | null };
  }
}

/** The map is fetched with the page, not only when the city's place is known. Should that fail, it is fetched again then. */
void import('./stage').catch(() => undefined);
const AREAS = '.wall-top, .wall-map, .wall-side, .wall-foot';
const NO_KINDS: readonly FacilityKind[] = [];
/** Narrower than this nothing of a wall can be read; a phone has the map. */
const LEAST_WIDTH = 800;

/** The map wall: the city at a glance, live or as it stood. */
export default function Wall({ session }: { session: Session }) {
  const [small] = useState(() => innerWidth < LEAST_WIDTH);
  return small ? <TooSmall /> : <Shown session={session} />;
}

function TooSmall() {
  const { t } = useI18n(words);
  return (
    <main className="wall-small" data-testid="wall-small">
      <h1>{t('smallTitle')}</h1>
      <p>{t('smallText')}</p>
      <Button type="primary" size="large" href="/map">
        {t('smallMap')}
      </Button>
    </main>
  );
}

function Shown({ session }: { session: Session }) {
  const { t } = useI18n(words);
  const wall = useWall(session);
  const { state, dispatch, screen, size, theme, seesPeople, figures, region } = wall;
  const { told } = state;
  useKeptFocus();
  useAreas(AREAS);
  // Of screens that act as one picture the outer ones carry the panels.
  const { place, places } = { place: told?.place ?? 1, places: told?.places ?? 1 };
  const shape: Shape = size.wide ? 'wide' : size.narrow ? 'narrow' : 'one';
  const usual = usualPanels(theme, shape, seesPeople);
  const sides = placed(shape, state.panels ?? usual);

  return (
    <div
      className="wall"
      data-theme={theme}
      data-wide={size.wide}
      data-narrow={size.narrow}
      data-testid="wall"
      data-ready={state.ready}
      data-seen={state.seen || state.failed !== ''}
      data-region={region}
      data-live={wall.standing}
      style={{ '--zoom': size.zoom, '--mapZoom': wall.mapScale }}
    >
      <div className="wall-map" ref={wall.container} role="region" aria-label={t('mapLabel')} />
      <div className="wall-shade" aria-hidden />
      <Top
        session={session}
        region={figures.detail.data}
        theme={theme}
        themes={wall.themes}
        now={wall.now}
        hangs={screen !== null}
        onTheme={wall.changeTheme}
        onRegion={(code) => wall.drill(code)}
      >
        {!screen && (
          <Compose
            panels={state.panels ?? usual}
            layers={state.layers ?? themeLayers[theme]}
            onPanels={(panels) => dispatch({ do: 'compose', panels })}
            onLayers={(layers) => dispatch({ do: 'compose', layers })}
          />
        )}
        {!screen && (
          <Scenes
            mayDirect={session.permissions.includes('wall.direct')}
            current={wall.current}
            onShow={({ picture }) => wall.show(picture)}
            cycle={state.cycle}
            onCycle={(seconds) => dispatch({ do: 'cycle', seconds })}
          />
        )}
      </Top>
      {place === 1 && sides.left.length > 0 && (
        <aside className="wall-side left" aria-label={t('statistics')}>
          <WallPanels columns={sides.left} wall={wall} />
        </aside>
      )}
      <Centre wall={wall} />
      <Credits />
      {place === places && sides.right.length > 0 && (
        <aside className="wall-side right" aria-label={t('live')}>
          <WallPanels columns={sides.right} wall={wall} />
        </aside>
      )}
    </div>
  );
}

/** Who answers for the map and under which number it was approved. */
function Credits() {
  const { t } = useI18n(words);
  const credits = creditsOf(useCity().data, t);
  return credits.length > 0 && <small className="wall-credits">{credits.join(' · ')}</small>;
}

/** What stands over the map between the panels: what is told, the chosen case, the legend and the ways through the regions and the time. */
function Centre({ wall }: { wall: WallParts }) {
  const { t, title } = useI18n(words);
  const { state, dispatch, figures, figure, theme, seesPeople, region, home, screenState } = wall;
  const { codes, paint, detail, facilities } = figures;
  const children = detail.data?.children ?? [];
  return (
    <div className="wall-centre">
      {state.message !== '' && (
        <p className="wall-message" role="status">
          {state.message}
        </p>
      )}
      {(wall.lost || screenState === 'lost') && (
        <p className="wall-lost" role="alert">
          {t('wallLost')}
        </p>
      )}
      {screenState === 'closed' && (
        <p className="wall-lost" role="alert">
          {t('screenClosed')}
        </p>
      )}
      {state.failed !== '' && (
        <p className="wall-lost" role="alert">
          {state.failed}
        </p>
      )}
      {state.chosenCase && (
        <CaseCard
          key={state.chosenCase.id}
          chosen={state.chosenCase}
          codes={codes.data}
          now={wall.now.getTime()}
          live={wall.live}
          where={wall.where}
          facilities={theme === 'emergency' ? facilities.kinds : NO_KINDS}
          onClose={() => dispatch({ do: 'case', chosen: null })}
        />
      )}
      <div className="wall-foot">
        <div className="wall-foot-row">
          {paint.known > 0 && (
            <Legend
              figure={figure}
              bounds={paint.bounds}
              colours={paint.colours}
              least={paint.least}
              most={paint.most}
            />
          )}
          <Select
            className="wall-choice"
            value={figure.key}
            onChange={(key) => dispatch({ do: 'figure', figure: key })}
            placement="topLeft"
            popupMatchSelectWidth={false}
            listHeight={520}
            aria-label={t('figureChoose')}
            data-testid="figure"
            options={figuresOf(theme)
              .filter((choice) => seesPeople || !choice.isOfPeople)
              .map((choice) => ({ value: choice.key, label: title(choice.title) }))}
          />
          {children.length > 0 && (
            <Select<number>
              className="wall-choice"
              value={null}
              placeholder={t('into')}
              onSelect={(code) => wall.drill(code)}
              placement="topLeft"
              popupMatchSelectWidth={false}
              listHeight={520}
              aria-label={t('into')}
              data-testid="into"
              showSearch={{ optionFilterProp: 'label' }}
              options={children.map(({ code, name }) => ({ value: code, label: areaName(name) }))}
            />
          )}
          {region !== home && (
            <button type="button" className="wall-button" onClick={wall.up} data-testid="up">
              {t('up')}
            </button>
          )}
        </div>
        <Timeline replay={wall.replay} now={wall.now} />
      </div>
    </div>
  );
}
