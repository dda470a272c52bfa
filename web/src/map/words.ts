import type { Map as MapLibre } from 'maplibre-gl';
import { catalogues, currentLanguage } from '../i18n';

/** What the map's library says by itself, in the reader's language. */
export function mapWords(): Record<string, string> {
  const words = catalogues[currentLanguage()];
  return {
    'Map.Title': words.mapLabel,
    'Marker.Title': words.mapMarker,
    'NavigationControl.ResetBearing': words.mapNorth,
    'ScaleControl.Meters': words.mapMetres,
    'ScaleControl.Kilometers': words.mapKilometres,
    'CooperativeGesturesHandler.WindowsHelpText': words.mapGestures,
    'CooperativeGesturesHandler.MacHelpText': words.mapGestures,
    'CooperativeGesturesHandler.MobileHelpText': words.mapFingers,
  };
}

/** What the map draws in words is in the reader's language, also when he changes it. */
export function speak(map: MapLibre): void {
  const say = () => {
    // Even to be told what it knows already would have it look through its whole style.
    if (map.getGlobalState()['language'] !== currentLanguage()) map.setGlobalStateProperty('language', currentLanguage());
  };
  const changes = new MutationObserver(say);
  map.on('style.load', () => {
    say();
    changes.observe(document.documentElement, { attributeFilter: ['lang'] });
  });
  map.on('remove', () => changes.disconnect());
}
