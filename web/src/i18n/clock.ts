// The pickers' own words for months and days.
import 'dayjs/locale/zh-cn';
import dayjs, { type Dayjs } from 'dayjs';

const CHINA_MS = 8 * 3_600_000;

/** A moment as the clock in China shows it, wherever the browser is. */
export function chinaClock(iso: string): string {
  return new Date(Date.parse(iso) + CHINA_MS).toISOString().slice(0, 19);
}

/** The same for a picker. */
export const toPicker = (iso: string): Dayjs => dayjs(chinaClock(iso));

/** The moment at which China's clock shows what was picked. */
export const fromPicker = (picked: Dayjs): string =>
  new Date(`${picked.format('YYYY-MM-DDTHH:mm:ss')}+08:00`).toISOString();
