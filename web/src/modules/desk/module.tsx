import type { ModuleView } from '../../kit/module';
import { lazily } from '../../kit/part/lazily';
import { addressOfFound } from './address/found';
import { lastAddress } from './lastAddress';

/** The map desk. */
export const desk: ModuleView = {
  name: 'desk',
  pages: [
    {
      path: '/map',
      isMap: true,
      isBare: (search) => new URLSearchParams(search).has('embed'),
      Body: lazily(() => import('./DeskPage')),
    },
  ],
  home: [
    {
      key: 'saved',
      place: 50,
      isFor: ({ permissions }) => permissions.includes('map.read'),
      Body: lazily(() => import('./SavedCard')),
    },
  ],
  pickers: { place: lazily(() => import('./PlacePicker')) },
  addressOf: addressOfFound,
  addressLeft: (path) => (path === '/map' ? lastAddress() : null),
  help: () => import('./help'),
};
