import type { ModuleView } from '../../kit/module';
import { lazily } from '../../kit/part/lazily';

const admin = () => import('./admin/pages');
const home = () => import('./home');

/** Accounts, agencies, posts, roles, requests. */
export const identity: ModuleView = {
  name: 'identity',
  pages: [
    { path: '/admin', Body: lazily(() => admin().then(({ OverviewPage }) => ({ default: OverviewPage }))) },
    { path: '/admin/people', Body: lazily(() => admin().then(({ PeoplePage }) => ({ default: PeoplePage }))) },
    { path: '/admin/roles', Body: lazily(() => admin().then(({ RolesPage }) => ({ default: RolesPage }))) },
    { path: '/admin/requests', Body: lazily(() => admin().then(({ RequestsPage }) => ({ default: RequestsPage }))) },
    { path: '/admin/policy', Body: lazily(() => admin().then(({ PolicyPage }) => ({ default: PolicyPage }))) },
    { path: '/account', Body: lazily(() => import('./account/AccountPage')) },
  ],
  entrances: [
    { path: '/signin', Body: lazily(() => import('./SignIn')) },
    { path: '/activate', Body: lazily(() => import('./Activate').then(({ Activate }) => ({ default: Activate }))) },
  ],
  home: [
    {
      key: 'requests',
      place: 10,
      isFor: ({ permissions }) => permissions.includes('identity.read'),
      Body: lazily(() => home().then(({ WaitingRequests }) => ({ default: WaitingRequests }))),
    },
    {
      key: 'accounts',
      place: 20,
      isFor: ({ permissions }) => permissions.includes('identity.manage'),
      Body: lazily(() => home().then(({ AccountStates }) => ({ default: AccountStates }))),
    },
  ],
  pickers: { agency: lazily(() => import('./admin/AgencyPicker')) },
  newEntries: [
    {
      title: { zh: '邀请用户', en: 'Invite somebody' },
      address: '/admin/people?do=invite',
      isFor: ({ permissions }) => permissions.includes('identity.manage'),
    },
    {
      title: { zh: '批量导入用户', en: 'Import accounts' },
      address: '/admin/people?do=import',
      isFor: ({ permissions }) => permissions.includes('identity.manage'),
    },
  ],
  help: () => import('./help'),
};
