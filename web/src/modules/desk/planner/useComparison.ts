import { useQueries } from '@tanstack/react-query';
import type { Statistics } from '../../../api/client';
import { type Area, regionOf, statisticsOf } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { middleOf } from '../../../map/bounds';
import { useFace } from '../../../theme';
import { words } from '../words';
import { textOn } from './letter';
import { type Compared, letters } from './state';

/** An area of the comparison with what is known of it. */
export interface Column {
  area: Area;
  letter: string;
  colour: string;
  /** The colour of the letter itself. */
  ink: string;
  name: string;
  /** The letter and the name, where the letter doesn't stand beside. */
  label: string;
  at: [number, number] | null;
  bbox: readonly number[] | null;
  statistics: Statistics | undefined;
  error: Error | null;
  retry: () => void;
}

/** The region that an area goes by; nothing for a drawn one. */
const firstOf = (area: Area) =>
  area.kind === 'region' ? area.code : area.kind === 'regions' ? area.codes[0] : undefined;

/** The areas of the comparison with their names and figures. */
export function useComparison(compared: readonly Compared[]): Column[] {
  const { t } = useI18n(words);
  const face = useFace();
  const figures = useQueries({ queries: compared.map(({ area }) => statisticsOf(area)) });
  const regions = useQueries({
    queries: compared.map(({ area }) => ({ ...regionOf(firstOf(area) ?? 0), enabled: area.kind !== 'drawn' })),
  });
  return compared.map(({ area, name }, index) => {
    const region = regions[index]?.data;
    const letter = letters[index] ?? '';
    const colour = face.series[index] ?? face.brand;
    const usual =
      region &&
      (area.kind === 'regions' && area.codes.length > 1 ? `${region.name} +${area.codes.length - 1}` : region.name);
    const middle = area.kind === 'drawn' ? middleOf(area.polygon) : region ? (region.centre as [number, number]) : null;
    // A drawn area that nobody named goes by its letter.
    const nameless = area.kind === 'drawn' && name === '';
    const called = nameless
      ? `${t('drawnArea')} ${letter}`
      : name || (usual ?? (regions[index]?.error ? String(firstOf(area)) : '…'));
    return {
      area,
      letter,
      colour,
      ink: textOn(colour, face),
      name: called,
      label: nameless ? called : `${letter} ${called}`,
      at: middle,
      bbox: area.kind === 'drawn' ? null : (region?.bbox ?? null),
      statistics: figures[index]?.data,
      error: figures[index]?.error ?? null,
      retry: () => void figures[index]?.refetch(),
    };
  });
}
