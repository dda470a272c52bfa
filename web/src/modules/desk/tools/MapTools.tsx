import { Part } from '../../../kit/part/Boundary';
import { lazily } from '../../../kit/part/lazily';
import type { MapController, Picked, Tool } from '../../../map/controller';
import type { System } from '../../../map/crs';
import type { Marked } from '../../../map/marks';
import type { Planner } from '../planner/usePlanner';
import type { LayerStack } from './useLayerStack';
import type { MapTools as Tools } from './useMapTools';

// Panels come when they are opened.
const IdentifyPanel = lazily(() => import('./IdentifyPanel').then((module) => ({ default: module.IdentifyPanel })));
const MeasurePanel = lazily(() => import('./MeasurePanel').then((module) => ({ default: module.MeasurePanel })));
const CoordinatesPanel = lazily(() =>
  import('./CoordinatesPanel').then((module) => ({ default: module.CoordinatesPanel })),
);
const Swipe = lazily(() => import('./Swipe').then((module) => ({ default: module.Swipe })));
const PrintDialog = lazily(() => import('./print/PrintDialog').then((module) => ({ default: module.PrintDialog })));

interface Props {
  tools: Tools;
  controller: MapController | null;
  tool: Tool;
  onTool: (tool: Tool) => void;
  layers: LayerStack;
  planner: Planner;
  marked: Marked;
  home: number | null;
  permissions: readonly string[];
  /** The system of coordinates in use. */
  system: System;
  onSystem: (system: System) => void;
  /** The region that is counted, if it is one. */
  region: number | null;
  onPicked: (picked: Picked) => void;
  onRegion: (code: number, bbox: null) => void;
}

/** The panel of the tool that is open, and what is printed. */
export function MapTools({
  tools,
  controller,
  tool,
  onTool,
  layers,
  planner,
  marked,
  home,
  permissions,
  system,
  onSystem,
  region,
  onPicked,
  onRegion,
}: Props) {
  const { panel } = tools;
  return (
    <>
      <Part key={panel ?? 'none'} of="float" onClose={() => tools.open(null)}>
        {panel === 'identify' && (
          <IdentifyPanel tools={tools} controller={controller} onPicked={onPicked} onRegion={onRegion} />
        )}
        {panel === 'measure' && <MeasurePanel tools={tools} controller={controller} tool={tool} onTool={onTool} />}
        {panel === 'coordinates' && (
          <CoordinatesPanel tools={tools} controller={controller} system={system} onSystem={onSystem} />
        )}
        {tools.swiped && controller && (
          <Swipe
            tools={tools}
            swiped={tools.swiped}
            controller={controller}
            home={home}
            permissions={permissions}
            stack={layers.stack}
            marked={marked}
            planner={planner}
          />
        )}
      </Part>
      {tools.printing && controller && (
        <Part of="float" onClose={() => tools.setPrinting(false)}>
          <PrintDialog
            controller={controller}
            planner={planner}
            hidden={layers.hidden}
            stack={layers.stack}
            region={region}
            onClose={() => tools.setPrinting(false)}
          />
        </Part>
      )}
    </>
  );
}
