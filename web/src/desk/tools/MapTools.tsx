import { lazy, Suspense, useState } from 'react';
import type { MapController, Picked, Tool } from '../../map/controller';
import type { System } from '../../map/crs';
import { Readout } from './Readout';
import type { MapTools as Tools } from './useMapTools';

// Panels come when they are opened.
const IdentifyPanel = lazy(() => import('./IdentifyPanel').then((module) => ({ default: module.IdentifyPanel })));
const MeasurePanel = lazy(() => import('./MeasurePanel').then((module) => ({ default: module.MeasurePanel })));
const CoordinatesPanel = lazy(() => import('./CoordinatesPanel').then((module) => ({ default: module.CoordinatesPanel })));

interface Props {
  tools: Tools;
  controller: MapController | null;
  tool: Tool;
  onTool: (tool: Tool) => void;
  onPicked: (picked: Picked) => void;
  onRegion: (code: number, bbox: null) => void;
}

/** The readout of coordinates, and the panel of the tool that is open. */
export function MapTools({ tools, controller, tool, onTool, onPicked, onRegion }: Props) {
  const [system, setSystem] = useState<System>('cgcs2000');
  const { panel } = tools;
  return (
    <>
      <Suspense fallback={null}>
        {panel === 'identify' && <IdentifyPanel tools={tools} controller={controller} onPicked={onPicked} onRegion={onRegion} />}
        {panel === 'measure' && <MeasurePanel tools={tools} controller={controller} tool={tool} onTool={onTool} />}
        {panel === 'coordinates' && <CoordinatesPanel tools={tools} controller={controller} system={system} onSystem={setSystem} />}
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
