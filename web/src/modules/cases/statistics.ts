import dayjs from 'dayjs';
import type { Schemas } from '../../api/client';

export type Statistics = Schemas['CaseStatistics'];
export type Rate = Statistics['rates'][number];
export type Row = Statistics['rows'][number];

/** A figure of a row: a count, or a share; nothing where there is nothing to have a share of. */
export function shareOf({ numerator, denominator }: Rate, { counts }: Row): number | null {
  const above = counts[numerator] ?? 0;
  if (denominator == null) return above;
  const below = counts[denominator] ?? 0;
  return below === 0 ? null : above / below;
}

/** The days of a row: of a month those that lie in the period. */
function daysOf({ by, from, to }: Statistics, key: string): [string, string] {
  if (by === 'day') return [key, key];
  if (by !== 'month') return [from, to];
  const begins = `${key}-01`;
  const ends = dayjs(begins).endOf('month').format('YYYY-MM-DD');
  return [begins < from ? from : begins, ends > to ? to : ends];
}

/** The address of the cases behind a count. */
export function linkOf(of: Statistics, narrowed: Readonly<Record<string, string>>, isTotal: boolean) {
  return (tally: string, { key }: Row): string => {
    const [from, to] = isTotal ? [of.from, of.to] : daysOf(of, key);
    const said = [tally, from, to];
    const query = new URLSearchParams({ view: 'all', ...narrowed });
    if (!isTotal) {
      if (of.by === 'unit') said.push(key === '' ? 'nounit' : 'unit', key);
      else if (of.by === 'person') said.push(key === '' ? 'nobody' : 'by', key);
      else if (of.by === 'region' || of.by === 'major' || of.by === 'channel') query.set(of.by, key);
    }
    query.set('tally', said.join(','));
    return `/cases?${query.toString()}`;
  };
}
