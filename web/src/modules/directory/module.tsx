import type { ModuleView } from '../../kit/module';
import { lazily } from '../../kit/part/lazily';

/** The archives. */
export const directory: ModuleView = {
  name: 'directory',
  pages: [
    { path: '/people', Body: lazily(() => import('./PersonPage')) },
    { path: '/people/exports', Body: lazily(() => import('./ExportsPage')) },
  ],
  pickers: { person: lazily(() => import('./PersonPicker')) },
  layers: {
    person: {
      Card: lazily(() => import('./PersonCard').then(({ LinkedPersonCard }) => ({ default: LinkedPersonCard }))),
    },
    building: { Signs: lazily(() => import('./layer').then(({ BuildingSigns }) => ({ default: BuildingSigns }))) },
  },
  home: [
    {
      key: 'exports',
      place: 15,
      isFor: ({ permissions }) => permissions.includes('export.approve'),
      Body: lazily(() => import('./ExportsCard')),
    },
  ],
  help: () => import('./help'),
};
