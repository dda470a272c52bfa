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
