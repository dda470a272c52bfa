import { expect, test } from 'vitest';
import { clockOf, hoursOf, minutesOf, weeksOf, withDay } from '../../src/modules/calendar/days';

test('weeks begin on Monday and hold the days of their month only', () => {
  const weeks = weeksOf(2026, 2);
  expect(weeks).toHaveLength(5);
  expect(weeks[0]?.map((day) => day?.day ?? '')).toEqual(['', '', '', '', '', '', '2026-02-01']);
  expect(weeks[4]?.map((day) => day?.weekday ?? 0)).toEqual([1, 2, 3, 4, 5, 6, 0]);
  expect(weeksOf(2024, 2).flat().filter(Boolean)).toHaveLength(29);
});

test('a day is said something of once, and the days stay in their order', () => {
  const days = [{ day: '2027-01-01', kind: 'holiday' as const, name: '元旦' }];
  const more = withDay(days, '2026-12-31', { kind: 'holiday', name: '元旦' });
  expect(more.map(({ day }) => day)).toEqual(['2026-12-31', '2027-01-01']);
  expect(withDay(more, '2027-01-01', null).map(({ day }) => day)).toEqual(['2026-12-31']);
});

test('the hours of a day are those that began last, the first ones before all', () => {
  const hours = ['2000-01-01', '2027-06-01'].map((valid_from) => ({ valid_from, weekdays: [1], periods: [] }));
  expect(hoursOf(hours, '2027-05-31')?.valid_from).toBe('2000-01-01');
  expect(hoursOf(hours, '2027-06-01')?.valid_from).toBe('2027-06-01');
  expect(hoursOf(hours, '1990-01-01')?.valid_from).toBe('2000-01-01');
});

test('clocks are minutes from midnight', () => {
  expect([clockOf(480), clockOf(1440)]).toEqual(['08:00', '24:00']);
  expect([minutesOf('08:05'), minutesOf('x')]).toEqual([485, null]);
});
