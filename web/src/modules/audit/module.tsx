import type { ModuleView } from '../../kit/module';
import { lazily } from '../../kit/part/lazily';

const home = () => import('./home');
const reads = ({ permissions }: { permissions: string[] }) => permissions.includes('audit.read');

/** The security audit. */
export const audit: ModuleView = {
  name: 'audit',
  pages: [{ path: '/audit', Body: lazily(() => import('./Audit')) }],
  home: [
    {
      key: 'alerts',
      place: 1,
      isFor: reads,
      Body: lazily(() => home().then(({ OpenAlerts }) => ({ default: OpenAlerts }))),
    },
    { key: 'chain', place: 2, isFor: reads, Body: lazily(() => home().then(({ Seals }) => ({ default: Seals }))) },
    {
      key: 'unmaskings',
      place: 3,
      isFor: reads,
      Body: lazily(() => home().then(({ Unmaskings }) => ({ default: Unmaskings }))),
    },
  ],
  help: () => import('./help'),
};
