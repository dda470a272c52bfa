import type { Picture } from '../../api/client';
import type { Theme } from './state';
import type { TextKey } from './words';

/** The panels of the wall, by the names that a picture gives them. */
export const panelTitles = {
  key: 'keyFigures',
  emergency: 'wallEmergency',
  night: 'wallNight',
  people: 'wallPeople',
  holdings: 'wallHoldings',
  hours: 'wallHours',
  days: 'wallDaily',
  population: 'wallPopulation',
  ontime: 'wallOnTime',
  ranking: 'wallRankingLong',
  urgent: 'wallUrgent',
  facilities: 'wallFacilities',
  residence: 'wallResidence',
  nightkinds: 'wallNightKinds',
  stream: 'wallStream',
  categories: 'wallCategories',
  channels: 'wallChannels',
} as const satisfies Record<string, TextKey>;
export type PanelName = keyof typeof panelTitles;
export const panelNames = Object.keys(panelTitles) as readonly PanelName[];

/** What of the city the wall's map shows beside its regions, by the names that a picture gives it. */
export const layerTitles = {
  heat: 'wallLayerHeat',
  case: 'wallLayerCase',
  building: 'wallLayerBuilding',
  road: 'wallLayerRoad',
  component: 'wallLayerComponent',
  organisation: 'wallLayerOrganisation',
  person: 'wallLayerPerson',
} as const satisfies Record<string, TextKey>;
export type LayerName = keyof typeof layerTitles;
export const layerNames = Object.keys(layerTitles) as readonly LayerName[];

/** What a theme shows until a scene says otherwise. */
export const themeLayers: Record<Theme, readonly LayerName[]> = {
  overview: ['heat', 'case', 'building', 'road'],
  population: ['building', 'road'],
  cases: ['heat', 'case', 'building', 'road'],
  emergency: ['case', 'building', 'road'],
  night: ['heat', 'case', 'building', 'road'],
};

/** The panels that a theme is made of: each answers a question of its own. */
export const themePanels: Record<Theme, readonly PanelName[]> = {
  overview: ['key', 'holdings', 'hours', 'population', 'ontime', 'ranking', 'stream'],
  population: ['people', 'population', 'residence', 'ranking'],
  cases: ['key', 'hours', 'days', 'ontime', 'ranking', 'categories', 'channels', 'stream'],
  emergency: ['emergency', 'urgent', 'facilities', 'ranking', 'stream'],
  night: ['night', 'nightkinds', 'hours', 'ranking', 'stream'],
};

/** Panels of people, which are there for those to whom the server tells how many there are. */
const OF_PEOPLE: ReadonlySet<PanelName> = new Set(['people', 'population', 'residence']);

/** The room that a wall has: as wide as two screens, as one, or a phone's. */
export type Shape = 'wide' | 'one' | 'narrow';

/** Where panels stand: the columns of either side, from the left. */
interface Columns {
  left: readonly (readonly PanelName[])[];
  right: readonly (readonly PanelName[])[];
}

const columns: Record<Shape, Columns> = {
  wide: {
    left: [
      ['key', 'emergency', 'night', 'people', 'hours', 'days'],
      ['population', 'urgent', 'nightkinds', 'holdings', 'ontime'],
    ],
    right: [['ranking'], ['facilities', 'residence', 'categories', 'channels', 'stream']],
  },
  one: {
    left: [['key', 'emergency', 'night', 'people', 'holdings', 'urgent', 'hours', 'days', 'population']],
    right: [['ontime', 'ranking', 'nightkinds', 'facilities', 'residence', 'categories', 'channels', 'stream']],
  },
  narrow: {
    left: [['key', 'emergency', 'night', 'people', 'holdings', 'urgent', 'hours', 'days', 'population']],
    right: [['ranking', 'ontime', 'nightkinds', 'facilities', 'residence', 'stream', 'categories', 'channels']],
  },
};

/** What one screen has no room for beside the rest. */
const TOO_MUCH: Record<Theme, readonly PanelName[]> = {
  overview: [],
  population: [],
  cases: ['channels'],
  emergency: [],
  night: [],
};

/** The panels that a theme shows on a shape when no scene chooses any, but those that would only say what the reader may not see. */
export function usualPanels(theme: Theme, shape: Shape, seesPeople: boolean): readonly PanelName[] {
  return panelNames.filter(
    (name) =>
      themePanels[theme].includes(name) &&
      !(shape === 'one' && TOO_MUCH[theme].includes(name)) &&
      (seesPeople || !OF_PEOPLE.has(name)),
  );
}

/** The columns with the panels that are shown; a column without any is left out, and on the left one that lost all but one joins the other: most panels alone leave a column empty. */
export function placed(shape: Shape, shown: readonly PanelName[]): Columns {
  const kept = (side: Columns['left']) =>
    side.map((column) => column.filter((name) => shown.includes(name))).filter((column) => column.length > 0);
  const [left, right] = [kept(columns[shape].left), kept(columns[shape].right)];
  return {
    left:
      left.length > 1 && left.some((column) => column.length === 1) && left.flat().length <= 4 ? [left.flat()] : left,
    right,
  };
}

/** The names in a picture's list that this wall knows; null when the picture leaves the choice to the theme. */
export function known<Name extends string>(list: Picture['panels'], names: readonly Name[]): Name[] | null {
  return list ? names.filter((name) => list.includes(name)) : null;
}
