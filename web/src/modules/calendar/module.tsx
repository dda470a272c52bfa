import type { ModuleView } from '../../kit/module';
import { lazily } from '../../kit/part/lazily';

/** 工作日历: holidays, working hours, and when a limit ends. */
export const calendar: ModuleView = {
  name: 'calendar',
  pages: [{ path: '/calendar', Body: lazily(() => import('./CalendarPage')) }],
  home: [
    {
      key: 'calendar',
      place: 8,
      isFor: ({ permissions }) => permissions.includes('calendar.manage'),
      Body: lazily(() => import('./home')),
    },
  ],
  help: () => import('./help'),
};
