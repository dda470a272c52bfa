import type { Picture } from '../../api/client';
import type { ChosenCase } from './CaseCard';
import { known, type LayerName, layerNames, type PanelName, panelNames } from './composition';
import { isTheme, type Theme } from './state';
import type { Told } from './usePicture';

/** What the wall shows, beside the moment that is replayed. */
export interface WallState {
  theme: Theme;
  /** The figure that colours the regions; the theme's own where nobody chose one. */
  figure: string | null;
  /** The panels and layers that somebody chose; the theme's own where nobody did. */
  panels: readonly PanelName[] | null;
  layers: readonly LayerName[] | null;
  region: number | null;
  message: string;
  /** Seconds after which another scene comes; 0 for never. */
  cycle: number;
  chosenCase: ChosenCase | null;
  /** What the director has this screen show. */
  told: Told | null;
  failed: string;
  /** Whether the map has drawn everything once, and whether the city is seen at all. */
  ready: boolean;
  seen: boolean;
  /** Counts the flights to a region: who goes to where the wall stands already wants the map back there. */
  flights: number;
}

export type WallAction =
  | { do: 'theme'; theme: Theme }
  | { do: 'figure'; figure: string | null }
  | { do: 'compose'; panels?: readonly PanelName[] | null; layers?: readonly LayerName[] | null }
  | { do: 'go'; region: number; isFlown: boolean }
  | { do: 'cycle'; seconds: number }
  | { do: 'case'; chosen: ChosenCase | null }
  | { do: 'told'; told: Told }
  | { do: 'show'; picture: Picture }
  | { do: 'failed'; text: string }
  | { do: 'ready' }
  | { do: 'seen' };

/** As an address says. */
export function begin(params: URLSearchParams): WallState {
  const theme = params.get('theme');
  const listed = (name: string) => params.get(name)?.split('.') ?? null;
  return {
    theme: isTheme(theme) ? theme : 'overview',
    figure: params.get('figure'),
    panels: known(listed('panels'), panelNames),
    layers: known(listed('layers'), layerNames),
    region: Number(params.get('region')) || null,
    message: '',
    cycle: Number(params.get('cycle')) || 0,
    chosenCase: null,
    told: null,
    failed: '',
    ready: false,
    seen: false,
    flights: 0,
  };
}

export function step(state: WallState, action: WallAction): WallState {
  switch (action.do) {
    case 'theme':
      return { ...state, theme: action.theme, figure: null, layers: null };
    case 'figure':
      return { ...state, figure: action.figure };
    case 'compose':
      return {
        ...state,
        ...('panels' in action ? { panels: action.panels ?? null } : {}),
        ...('layers' in action ? { layers: action.layers ?? null } : {}),
      };
    case 'go':
      return { ...state, region: action.region, flights: state.flights + (action.isFlown ? 1 : 0) };
    case 'cycle':
      return { ...state, cycle: action.seconds };
    case 'case':
      return { ...state, chosenCase: action.chosen };
    case 'told':
      return { ...state, told: action.told };
    case 'show': {
      const { picture } = action;
      const isThemed = isTheme(picture.theme);
      return {
        ...state,
        theme: isThemed ? (picture.theme as Theme) : state.theme,
        figure: isThemed ? (picture.figure ?? null) : (picture.figure ?? state.figure),
        panels: known(picture.panels, panelNames),
        layers: known(picture.layers, layerNames),
        message: picture.message ?? '',
        cycle: picture.cycle_s ?? 0,
      };
    }
    case 'failed':
      return { ...state, failed: action.text };
    case 'ready':
      return { ...state, ready: true };
    case 'seen':
      return { ...state, seen: true };
  }
}

/** The address of what is shown. */
export function addressOf(
  state: Pick<WallState, 'theme' | 'figure' | 'region' | 'panels' | 'layers' | 'cycle'>,
  home: number | null,
  at: number | null,
): string {
  const { theme, figure, region, panels, layers, cycle } = state;
  const shown = new URLSearchParams();
  if (theme !== 'overview') shown.set('theme', theme);
  if (figure) shown.set('figure', figure);
  if (region !== null && region !== home) shown.set('region', String(region));
  if (panels) shown.set('panels', panels.join('.'));
  if (layers) shown.set('layers', layers.join('.'));
  if (cycle > 0) shown.set('cycle', String(cycle));
  if (at !== null) shown.set('at', new Date(at).toISOString());
  return `/wall${shown.size > 0 ? `?${shown.toString()}` : ''}`;
}
