import type { ModuleView } from '../../kit/module';
import { lazily } from '../../kit/part/lazily';

/** The look of everything else. */
export const design: ModuleView = {
  name: 'design',
  pages: [{ path: '/design', Body: lazily(() => import('./Design')) }],
};
