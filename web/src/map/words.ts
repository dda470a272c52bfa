import type { Map as MapLibre, ScaleControl } from 'maplibre-gl';
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

/** What the map draws in words is in the reader's language, also when they change it; so is what stands beside its scale. */
export function speak(map: MapLibre, scale?: ScaleControl): void {
  const say = () => {
    // Even to be told what it knows already would have it look through its whole style.
    if (map.getGlobalState()['language'] === currentLanguage()) return;
    map.setGlobalStateProperty('language', currentLanguage());
    if (!scale) return;
    // The library takes its words when it starts; there is no other way to give it new ones.
    const words = Object.assign(map._locale, mapWords());
    scale.setUnit('metric');
    map.getCanvas().setAttribute('aria-label', words['Map.Title'] ?? '');
    const compass = map.getContainer().querySelector<HTMLElement>('.maplibregl-ctrl-compass');
    for (const name of ['title', 'aria-label'])
      compass?.setAttribute(name, words['NavigationControl.ResetBearing'] ?? '');
  };
  const changes = new MutationObserver(say);
  map.on('style.load', () => {
    say();
    changes.observe(document.documentElement, { attributeFilter: ['lang'] });
  });
  map.on('remove', () => changes.disconnect());
}
