import { useI18n } from '../../i18n';
import { Boundary, Part } from '../../kit/part/Boundary';
import { lazily } from '../../kit/part/lazily';
import { Details } from './Details';
import { MapTools } from './tools/MapTools';
import type { DeskParts } from './useDesk';
import { words } from './words';

const CoordinatesDialog = lazily(() =>
  import('./planner/CoordinatesDialog').then((module) => ({ default: module.CoordinatesDialog })),
);

/** What floats over the map: the card of what was picked, the open tool's panel, the dialog of coordinates. */
export function DeskCards({ desk, permissions }: { desk: DeskParts; permissions: string[] }) {
  const { t } = useI18n(words);
  const { state, dispatch, controller, planner, tools, layers } = desk;
  const { picked, polygon, region, system, tool } = state;
  const close = () => dispatch({ do: 'outline', on: false });
  return (
    <>
      <div className="map-cards" data-legend={planner.state.choropleth.on}>
        {picked && (
          <Boundary key={`${picked.layer}-${picked.id}`} of="float" onClose={() => desk.pick(null)}>
            <Details
              picked={picked}
              onClose={() => desk.pick(null)}
              onRegion={(code, box) => void desk.choose(code, box)}
              onPicked={desk.pick}
              onArea={desk.outlined}
              onStatistics={() => {
                dispatch({ do: 'turn', tab: 'statistics' });
                planner.change({ tab: 'statistics' });
              }}
              onZoom={() => {
                controller?.closer(picked.lon, picked.lat);
                desk.pick(null);
              }}
            />
          </Boundary>
        )}
        <MapTools
          tools={tools}
          controller={controller}
          tool={tool}
          onTool={desk.setTool}
          layers={layers}
          planner={planner}
          marked={desk.marked}
          home={desk.home}
          permissions={permissions}
          system={system}
          onSystem={(next) => dispatch({ do: 'measure', system: next })}
          region={polygon ? null : region}
          onPicked={desk.pick}
          onRegion={(code, box) => void desk.choose(code, box)}
        />
      </div>
      {state.outlining && (
        <Part of="float" onClose={close}>
          <CoordinatesDialog
            chosen={planner.state.chosen}
            width={planner.width}
            polygon={polygon}
            line={planner.line}
            picked={picked && { name: String(picked.properties['name'] || t('unnamed')), at: [picked.lon, picked.lat] }}
            centre={controller ? controller.map.getCenter().toArray() : null}
            system={system}
            onSystem={(next) => dispatch({ do: 'measure', system: next })}
            onClose={close}
            onDrawn={desk.outlined}
            onChosen={desk.toRegions}
          />
        </Part>
      )}
    </>
  );
}
