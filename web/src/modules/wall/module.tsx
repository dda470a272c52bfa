import type { ModuleView } from '../../kit/module';
import { lazily } from '../../kit/part/lazily';
import { faces } from '../../theme';

/** The command centre's walls. */
export const wall: ModuleView = {
  name: 'wall',
  pages: [
    { path: '/wall', face: faces.dark, isBare: () => true, unattended: true, Body: lazily(() => import('./Wall')) },
    { path: '/director', Body: lazily(() => import('./director/Director')) },
  ],
  home: [
    {
      key: 'wall',
      place: 60,
      isFor: ({ permissions }) => permissions.includes('map.read') && permissions.includes('wall.direct'),
      Body: lazily(() => import('./WallCard')),
    },
  ],
  help: () => import('./help'),
};
