import type { ModuleView } from '../../src/kit/module';
import { lazily } from '../../src/kit/part/lazily';

/** The web's part of the sample module of the server's tests, which the product doesn't have: a list and a record, by the kit. */
export const sample: ModuleView = {
  name: 'sample',
  pages: [{ path: '/wells', Body: lazily(() => import('./WellsPage')) }],
  newEntries: [
    {
      title: { zh: '水井', en: 'Well' },
      address: '/wells',
      isFor: ({ permissions }) => permissions.includes('well.write'),
    },
  ],
};
