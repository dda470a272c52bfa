import type { ModuleView } from '../../kit/module';
import { lazily } from '../../kit/part/lazily';

/** One sign-in for other systems, and sign-in by other platforms. */
export const sso: ModuleView = {
  name: 'sso',
  pages: [
    { path: '/portal', Body: lazily(() => import('./Portal')) },
    { path: '/admin/systems', Body: lazily(() => import('./SystemsPage')) },
  ],
  entrances: [
    { path: '/signin/refused', Body: lazily(() => import('./Refused').then(({ Refused }) => ({ default: Refused }))) },
    { path: '/signin/out', Body: lazily(() => import('./SignOut').then(({ SignOut }) => ({ default: SignOut }))) },
  ],
  signInMore: lazily(() => import('./Choices').then(({ Choices }) => ({ default: Choices }))),
  home: [{ key: 'systems', place: 90, isFor: () => true, Body: lazily(() => import('./SystemsCard')) }],
  help: () => import('./help'),
};
