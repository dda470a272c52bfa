import type { ModuleView } from '../../kit/module';
import { lazily } from '../../kit/part/lazily';

/** What one was told. */
export const messages: ModuleView = {
  name: 'messages',
  pages: [{ path: '/messages', Body: lazily(() => import('./MessagesPage')) }],
  InTopBar: lazily(() => import('./Bell').then(({ Bell }) => ({ default: Bell }))),
  home: [
    {
      key: 'messages',
      place: 40,
      isFor: ({ account }) => account != null,
      Body: lazily(() => import('./MessagesCard')),
    },
  ],
  help: () => import('./help'),
};
