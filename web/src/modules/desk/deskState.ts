import type { Polygon } from 'geojson';
import type { Area } from '../../api/hooks';
import type { Picked, Tool, View } from '../../map/controller';
import type { System } from '../../map/crs';
import { readAddress } from './address/share';
import { readPick } from './address/sharePick';

export const tabs = ['map', 'layers', 'statistics', 'live'] as const;
export type Tab = (typeof tabs)[number];

/** The panel that lies over the map where there is no room beside it. */
function readSheet(search: string): Tab {
  const params = new URLSearchParams(search);
  // Within another's page there are no buttons to close it.
  return tabs.find((tab) => tab === params.get('sheet') && !params.has('embed')) ?? 'map';
}

/** What the desk shows, beside its layers, its tools and what the planner has. */
export interface DeskState {
  view: View | null;
  /** What is counted: a region, or a drawn area; several regions are the planner's. */
  region: number | null;
  polygon: Polygon | null;
  picked: Picked | null;
  tool: Tool;
  /** The panel that lies over the map on a small screen. */
  tab: Tab;
  /** Whether an area is given by coordinates. */
  outlining: boolean;
  system: System;
  /** What went wrong with the map. */
  failed: string;
  /** Whether something of the map couldn't be got. */
  lost: boolean;
}

export type DeskAction =
  | { do: 'look'; view: View }
  | { do: 'count'; area: Area }
  | { do: 'pick'; picked: Picked | null }
  | { do: 'take'; tool: Tool }
  | { do: 'turn'; tab: Tab }
  | { do: 'outline'; on: boolean }
  | { do: 'measure'; system: System }
  | { do: 'fail'; text: string }
  | { do: 'lose'; lost: boolean }
  | { do: 'hush' }
  | { do: 'go'; search: string; many: Picked | null; called: string };

/** As an address says, and what many the entry of the browser's history holds. What was searched for goes by the name that it was found by. */
export function begin(search: string, many: Picked | null, called: string): DeskState {
  const said = readAddress(search);
  const found = readPick(search);
  const picked = found && called !== '' ? { ...found, properties: { name: called } } : found;
  return {
    view: said.view,
    region: said.polygon ? null : said.region,
    polygon: said.polygon,
    picked: picked ?? many,
    tool: null,
    tab: readSheet(search),
    outlining: false,
    system: 'cgcs2000',
    failed: '',
    lost: false,
  };
}

export function step(state: DeskState, action: DeskAction): DeskState {
  switch (action.do) {
    case 'look':
      return { ...state, view: action.view };
    case 'count': {
      const { area } = action;
      const isDrawn = area.kind === 'drawn';
      return {
        ...state,
        picked: null,
        polygon: isDrawn ? area.polygon : null,
        region: area.kind === 'region' ? area.code : null,
        tab: isDrawn ? 'statistics' : state.tab,
      };
    }
    case 'pick':
      // Where a sheet lies over the map, the details have no room beside it.
      return { ...state, picked: action.picked, tab: action.picked ? 'map' : state.tab };
    case 'take':
      return { ...state, tool: action.tool };
    case 'turn':
      return { ...state, tab: action.tab };
    case 'outline':
      return { ...state, outlining: action.on };
    case 'measure':
      return { ...state, system: action.system };
    case 'fail':
      return { ...state, failed: action.text };
    case 'lose':
      return { ...state, lost: action.lost };
    case 'hush':
      return { ...state, failed: '', lost: false };
    case 'go': {
      // The steps are undone, and where somebody looked when they took them; what was shown and coloured since stays so.
      const { view, region, polygon, picked, tab } = begin(action.search, action.many, action.called);
      return { ...state, region, polygon, picked, tab, view: view ?? state.view };
    }
  }
}
