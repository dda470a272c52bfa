import type { Dayjs } from 'dayjs';

/** The moment that a picker shows, read as the clock in China: the city's people mean that, wherever the browser is. */
export function moment(date: Dayjs | null | undefined): string | null {
  return date ? new Date(`${date.format('YYYY-MM-DDTHH:mm')}:00+08:00`).toISOString() : null;
}
