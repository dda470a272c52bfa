import { lazy, Suspense, useState } from 'react';
import type { MapController, Picked, Tool } from '../../map/controller';
import type { System } from '../../map/crs';
import type { Marked } from '../../map/marks';
import type { Planner } from '../planner/usePlanner';
import { Readout } from './Readout';
import type { LayerStack } from './useLayerStack';
import type { MapTools as Tools } from './useMapTools';

// Panels come when they are opened.
const IdentifyPanel = lazy(() => import('./IdentifyPanel').then((module) => ({ default: module.IdentifyPanel })));
const MeasurePanel = lazy(() => import('./MeasurePanel').then((module) => ({ default: module.MeasurePanel })));
const CoordinatesPanel = lazy(() => import('./CoordinatesPanel').then((module) => ({ default: module.CoordinatesPanel })));
const Swipe = lazy(() => import('./Swipe').then((module) => ({ default: module.Swipe })));
const PrintDialog = lazy(() => import('./print/PrintDialog').then((module) => ({ default: module.PrintDialog })));

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
  onPicked: (picked: Picked) => void;
  onRegion: (code: number, bbox: null) => void;
}

/** The readout of coordinates, the panel of the tool that is open, and what is printed. */
export function MapTools({ tools, controller, tool, onTool, layers, planner, marked, home, permissions, onPicked, onRegion }: Props) {
  const [system, setSystem] = useState<System>('cgcs2000');
  const { panel } = tools;
  return (
    <>
      <Suspense fallback={null}>
        {panel === 'identify' && <IdentifyPanel tools={tools} controller={controller} onPicked={onPicked} onRegion={onRegion} />}
        {panel === 'measure' && <MeasurePanel tools={tools} controller={controller} tool={tool} onTool={onTool} />}
        {panel === 'coordinates' && <CoordinatesPanel tools={tools} controller={controller} system={system} onSystem={setSystem} />}
        {tools.swiped && controller && <Swipe tools={tools} swiped={tools.swiped} controller={controller} home={home} permissions={permissions} stack={layers.stack} marked={marked} planner={planner} />}
        {tools.printing && controller && <PrintDialog controller={controller} planner={planner} hidden={layers.hidden} stack={layers.stack} onClose={() => tools.setPrinting(false)} />}
      </Suspense>
      <Readout
        controller={controller}
        system={system}
        onSystem={setSystem}
        onTake={(place) => {
          tools.open('coordinates');
          tools.setPlace(place);
        }}
      />
    </>
  );
}
