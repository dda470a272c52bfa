import { useMemo } from 'react';
import { useI18n } from '../../../i18n';
import { MU } from '../../../map/geodesic';
import { words } from '../words';

const KM = 1_000;
const HECTARE = 10_000;
const KM2 = 1e6;

/** Lengths and areas as people read them. */
export interface Units {
  length: (metres: number) => string;
  /** In the unit that fits. */
  area: (squareMetres: number) => string;
  /** In every unit. */
  areas: (squareMetres: number) => { unit: string; text: string }[];
}

/** Digits so that four or more of a figure count. */
const digits = (value: number) => (value >= 1000 ? 1 : value >= 10 ? 2 : 4);

export function useUnits(): Units {
  const { t, number } = useI18n(words);
  return useMemo(() => {
    const areas = (value: number) => [
      { unit: t('m2'), text: number(value, 1) },
      { unit: t('hectares'), text: number(value / HECTARE, digits(value / HECTARE)) },
      { unit: t('km2'), text: number(value / KM2, digits(value / KM2)) },
      { unit: t('mu'), text: number(value / MU, digits(value / MU)) },
    ];
    return {
      length: (metres) =>
        metres < KM
          ? `${number(metres, metres < 100 ? 2 : 1)} ${t('metres')}`
          : `${number(metres / KM, 3)} ${t('kilometres')}`,
      area: (value) => {
        const { unit, text } = areas(value)[value < HECTARE ? 0 : value < KM2 ? 1 : 2] ?? { unit: '', text: '' };
        return `${text} ${unit}`;
      },
      areas,
    };
  }, [t, number]);
}
