import type { Session } from '../../api/client';
import type { ModuleView } from '../../kit/module';
import { lazily } from '../../kit/part/lazily';

const home = () => import('./home');
const card = () => import('./layer');

/** A grid has nothing below it to set side by side. */
const hasBelow = ({ permissions, regions }: Session) =>
  permissions.includes('map.read') && (regions[0]?.code ?? 1) % 1000 === 0;

/** Cases from every channel. */
export const cases: ModuleView = {
  name: 'cases',
  pages: [
    { path: '/cases', Body: lazily(() => import('./CasesPage')) },
    { path: '/cases/statistics', Body: lazily(() => import('./StatisticsPage')) },
  ],
  // On the map a case that was found is shown there.
  addressOf: ({ kind, id }, { pathname }) =>
    kind === 'case' && pathname !== '/map' ? { address: `/cases/${id}` } : null,
  addressOfThing: (process, id) => (process === 'case' ? `/cases/${id}` : null),
  addressOfStep: (process, step) => (process === 'case' ? `/cases?view=all&status=${step}` : null),
  newEntries: [
    {
      title: { zh: '上报事件', en: 'Report a case' },
      address: '/cases/new',
      isFor: ({ permissions }) => permissions.includes('case.report'),
    },
  ],
  help: () => import('./help'),
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
      isFor: hasBelow,
      Body: lazily(() => home().then(({ CasesOverdue }) => ({ default: CasesOverdue }))),
    },
    {
      key: 'cases-week',
      place: 7,
      isFor: hasBelow,
      Body: lazily(() => home().then(({ CasesWeek }) => ({ default: CasesWeek }))),
    },
  ],
  layers: {
    case: {
      listOf: (box, part) =>
        `/cases?area=${box}${part === 'all' ? '&view=all' : part === 'urgent' ? '&severity=3,4' : ''}`,
      Rows: lazily(() => card().then(({ CaseRows }) => ({ default: CaseRows }))),
      Signs: lazily(() => card().then(({ CaseSigns }) => ({ default: CaseSigns }))),
    },
  },
};
