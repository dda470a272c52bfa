import type { ModuleView } from '../../kit/module';
import { lazily } from '../../kit/part/lazily';

const home = () => import('./home');
const card = () => import('./layer');

/** Cases from every channel. */
export const cases: ModuleView = {
  name: 'cases',
  home: [
    {
      key: 'cases-today',
      place: 5,
      isFor: ({ permissions }) => permissions.includes('map.read'),
      Body: lazily(() => home().then(({ CasesToday }) => ({ default: CasesToday }))),
    },
    {
      key: 'cases-overdue',
      place: 6,
      isFor: ({ permissions }) => permissions.includes('map.read'),
      Body: lazily(() => home().then(({ CasesOverdue }) => ({ default: CasesOverdue }))),
    },
  ],
  layers: {
    case: {
      Rows: lazily(() => card().then(({ CaseRows }) => ({ default: CaseRows }))),
      Signs: lazily(() => card().then(({ CaseSigns }) => ({ default: CaseSigns }))),
    },
  },
};
