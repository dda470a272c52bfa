import type { Picture } from '../api/client';
import type { TextKey } from '../i18n';
import type { Theme } from './state';

/** The panels of the wall, by the names that a picture gives them. */
export const panelTitles = {
  key: 'keyFigures', hours: 'wallHours', days: 'wallDaily', population: 'wallPopulation', ontime: 'wallOnTime',
  ranking: 'wallRankingLong', stream: 'wallStream', categories: 'wallCategories', channels: 'wallChannels',
} as const satisfies Record<string, TextKey>;
export type PanelName = keyof typeof panelTitles;
export const panelNames = Object.keys(panelTitles) as readonly PanelName[];

/** What of the city the wall's map shows beside its regions, by the names that a picture gives it. */
export const layerTitles = {
  heat: 'wallLayerHeat', case: 'wallLayerCase', building: 'wallLayerBuilding', road: 'wallLayerRoad',
  component: 'wallLayerComponent', organisation: 'wallLayerOrganisation', person: 'wallLayerPerson',
} as const satisfies Record<string, TextKey>;
export type LayerName = keyof typeof layerTitles;
export const layerNames = Object.keys(layerTitles) as readonly LayerName[];

/** What a theme shows until a scene says otherwise. */
export const themeLayers: Record<Theme, readonly LayerName[]> = {
  overview: ['heat', 'case', 'building', 'road'],
  population: ['building', 'road'],
  cases: ['heat', 'case', 'building', 'road'],
  emergency: ['heat', 'case', 'building', 'road', 'component'],
  night: ['heat', 'case', 'building', 'road'],
};

/** The room that a wall has: as wide as two screens, as one, or a phone's. */
export type Shape = 'wide' | 'one' | 'narrow';

/** Where panels stand: the columns of either side, from the left. */
interface Columns {
  left: readonly (readonly PanelName[])[];
  right: readonly (readonly PanelName[])[];
}

const columns: Record<Shape, Columns> = {
  wide: { left: [['key', 'hours', 'days'], ['population', 'ontime']], right: [['ranking'], ['stream', 'categories', 'channels']] },
  one: { left: [['key', 'hours', 'days', 'population']], right: [['ontime', 'ranking', 'categories', 'channels', 'stream']] },
  narrow: { left: [['key', 'hours', 'days', 'population']], right: [['ranking', 'ontime', 'stream', 'categories', 'channels']] },
};

/** The panels that fit a shape when no scene chooses any, but those that would only say what the reader may not see. */
export function usualPanels(shape: Shape, permissions: readonly string[]): readonly PanelName[] {
  return panelNames.filter((name) => !(name === 'channels' && shape === 'one') && !(name === 'population' && !permissions.includes('person.read')));
}

/** The columns with the panels that are shown; a column without any is left out, and on the left one that lost all but one joins the other: most panels alone leave a column empty. */
export function placed(shape: Shape, shown: readonly PanelName[]): Columns {
  const kept = (side: Columns['left']) => side.map((column) => column.filter((name) => shown.includes(name))).filter((column) => column.length > 0);
  const [left, right] = [kept(columns[shape].left), kept(columns[shape].right)];
  return { left: left.some((column) => column.length === 1) ? [left.flat()] : left, right };
}

/** The names in a picture's list that this wall knows; null when the picture leaves the choice to the theme. */
export function known<Name extends string>(list: Picture['panels'], names: readonly Name[]): Name[] | null {
  return list ? names.filter((name) => list.includes(name)) : null;
}
