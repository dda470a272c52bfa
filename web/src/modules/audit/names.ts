import { type TextKey, words } from './words';

/** What an action is called; its own name where the catalogue has none. */
export function actionName(action: string, t: (key: TextKey) => string): string {
  const key = `act_${action.replaceAll('.', '_')}`;
  return key in words.en ? t(key as TextKey) : action;
}

const SYSTEM = 'system:';
/** The console, which somebody at the server works at. */
const CONSOLE = 'system:console';

/** Who did something: a person by their name, the program and its console in words. */
export function actorName(actor: string, t: (key: TextKey, values?: { name: string }) => string): string {
  if (actor === CONSOLE) return t('actorConsole');
  return actor.startsWith(SYSTEM) ? t('actorSystem', { name: actor.slice(SYSTEM.length) }) : actor;
}

/** Every action that is audited, by what it is about. */
export const ACTIONS = {
  session: ['session.open', 'session.end', 'session.end_others', 'session.refused', 'session.post'],
  secret: ['password.set', 'password.refused', 'second_factor.begin', 'second_factor.confirm', 'second_factor.drop'],
  refused: ['request.denied', 'request.failed', 'token.refused'],
  data: ['person.read', 'person.unmask', 'search', 'export', 'export.ask', 'export.grant', 'export.refuse', 'import'],
  account: [
    'account.invite',
    'account.invite_again',
    'account.make',
    'account.import',
    'account.change',
    'account.state',
    'agency.make',
    'agency.change',
    'agency.close',
    'post.make',
    'post.close',
  ],
  rights: ['rights.ask', 'rights.grant', 'rights.refuse', 'rights.end', 'role.ask', 'role.lower', 'identity.policy'],
  calendar: ['calendar.year', 'calendar.hours'],
  cases: ['case.report', 'case.step', 'case.comment', 'task.hands'],
  certificate: ['certificate.bind', 'certificate.unbind', 'authority.add', 'authority.remove', 'authority.crl'],
  system: [
    'sso.open',
    'sso.client',
    'sso.token',
    'sso.userinfo',
    'sso.key',
    'system.register',
    'system.change',
    'system.secret',
    'system.remove',
    'provider.trust',
    'provider.agree',
    'provider.remove',
  ],
  token: ['token.create', 'token.renew', 'token.revoke'],
  wall: [
    'wall.direct',
    'wall.scene.save',
    'wall.scene.delete',
    'wall.screen.open',
    'wall.screen.renew',
    'wall.screen.close',
    'saved.keep',
    'saved.forget',
  ],
  audit: [
    'audit.export',
    'audit.acknowledge',
    'audit.rule',
    'audit.archive',
    'audit.check',
    'audit.dropped',
    'storage.full',
    'storage.room',
    'job.retry',
    'list.export',
  ],
} as const;

export type Result = 'ok' | 'denied' | 'failed';
export const results: readonly Result[] = ['ok', 'denied', 'failed'];
export const isResult = (text: string): text is Result => (results as readonly string[]).includes(text);
