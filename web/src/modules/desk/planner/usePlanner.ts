import type { Position } from 'geojson';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Session } from '../../../api/client';
import { fetchUntilThere } from '../../../kit/part/fetching';
import type { MapController } from '../../../map/controller';
import { seenFigure } from '../../../map/figures/figures';
import type { Outlined, Overlay } from '../../../map/overlay';
import { readPlanner } from '../address/sharePlanner';
import type { PlannerState } from './state';
import { type Classed, useChoropleth } from './useChoropleth';
import { type Column, useComparison } from './useComparison';

export interface Planner {
  state: PlannerState;
  change: (part: Partial<PlannerState>) => void;
  classed: Classed;
  columns: Column[];
  /** The areas of the comparison as they are drawn. */
  outlined: readonly Outlined[];
  /** The middle line of the corridor that is counted, so that its width can still be changed. */
  line: Position[] | null;
  setLine: (line: Position[] | null) => void;
  width: number;
  setWidth: (width: number) => void;
}

const USUAL_WIDTH = 200;
const NONE: number[] = [];

/** What the address says; a thematic map that nobody chose is of a figure that the reader may see. */
function begun(permissions: readonly string[]): PlannerState {
  const state = readPlanner(location.search);
  const { choropleth } = state;
  return choropleth.on
    ? state
    : { ...state, choropleth: { ...choropleth, figure: seenFigure(choropleth.figure, permissions) } };
}

/** The planner's state, what the server knows of it, and its drawing on the map. */
export function usePlanner(controller: MapController | null, home: number | null, session: Session): Planner {
  const [state, setState] = useState<PlannerState>(() => begun(session.permissions));
  const [line, setLine] = useState<Position[] | null>(null);
  const [width, setWidth] = useState(USUAL_WIDTH);
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const change = useCallback((part: Partial<PlannerState>) => setState((before) => ({ ...before, ...part })), []);
  const classed = useChoropleth(state.choropleth, home);
  const columns = useComparison(state.compared);

  useEffect(() => {
    if (!controller) return undefined;
    let made: Overlay | null = null;
    let wanted = true;
    void fetchUntilThere(
      () => import('../../../map/overlay'),
      () => wanted,
    ).then((module) => {
      if (!wanted || !module) return;
      made = new module.Overlay(controller.map);
      setOverlay(made);
    });
    return () => {
      wanted = false;
      made?.destroy();
      setOverlay(null);
    };
  }, [controller]);

  const { on, level } = state.choropleth;
  const { rows, shades } = classed;
  useEffect(() => {
    overlay?.colour(
      on ? { level, shades, classes: new Map(rows.map((row) => [row.code, row.shown ? row.class : -1])) } : null,
    );
  }, [overlay, on, level, rows, shades]);
  const chosen = state.chosen.length > 0 ? state.chosen : NONE;
  useEffect(() => overlay?.choose(chosen), [overlay, chosen]);
  // Places and colours of the areas; their figures change far more often and are no matter of the map.
  const drawn = JSON.stringify(columns.map(({ area, letter, colour, ink, at }) => ({ area, letter, colour, ink, at })));
  const outlined = useMemo(() => JSON.parse(drawn) as Outlined[], [drawn]);
  useEffect(() => overlay?.outline(outlined), [overlay, outlined]);

  return { state, change, classed, columns, outlined, line, setLine, width, setWidth };
}
