import type { ModuleView } from '../../kit/module';
import { lazily } from '../../kit/part/lazily';

/** 任务: what waits for one, and the processes drawn from their definitions. */
export const tasks: ModuleView = {
  name: 'tasks',
  pages: [
    { path: '/tasks', Body: lazily(() => import('./TasksPage')) },
    { path: '/flows', Body: lazily(() => import('./FlowPage')) },
  ],
  home: [
    {
      key: 'tasks',
      place: 1,
      isFor: ({ permissions }) =>
        ['case.accept', 'case.check', 'case.file', 'case.dispatch', 'case.handle', 'case.close'].some((permission) =>
          permissions.includes(permission),
        ),
      Body: lazily(() => import('./home')),
    },
  ],
  help: () => import('./help'),
};
