import type { Schemas } from '../api/client';
import type { I18n } from '../i18n';

/** Who answers for the map and under which number it was approved, as far as the operator says. */
export function creditsOf(city: Schemas['City'] | undefined, t: I18n['t']): string[] {
  return [
    city?.approval && t('mapApproval', { number: city.approval }),
    city?.author && t('mapAuthor', { unit: city.author }),
  ].filter((credit) => typeof credit === 'string' && credit !== '') as string[];
}
