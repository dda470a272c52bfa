import { Button, Tag } from 'antd';
import { useState } from 'react';
import { client, done } from '../../../api/client';
import { useRoles } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { DecisionDialog } from '../../../kit/form/DecisionDialog';
import { useRegionNames } from '../../../kit/pick/regions';
import type { RightsRequest } from '../hooks';
import { usePeriod } from '../period';
import { type TextKey, words } from '../words';
import type { Rights } from './rights';
import { useAccountsChanged } from './useAccountsChanged';
import { isForSystem, readWish } from './wish';

/** Permissions to people's data and to rights themselves. */
const SENSITIVE = ['person.', 'identity.', 'audit.', '.export', '.approve', '.special'];

/** What a request asks for, and what it would open. */
export function RequestWish({ request }: { request: RightsRequest }) {
  return (
    <div className="request-wish" data-testid="request">
      <strong>
        <Sentence request={request} />
      </strong>
      <Opens request={request} />
    </div>
  );
}

/** How a request was decided, by whom, and what they said to it. */
export function RequestDecided({ request }: { request: RightsRequest }) {
  const { t, time } = useI18n(words);
  if (request.decided_at == null) return null;
  return (
    <div className="request-wish">
      <span>
        <Tag color={request.granted ? 'success' : 'error'}>{t(request.granted ? 'grantedTag' : 'refusedTag')}</Tag>
        {request.decided_by}
      </span>
      <small>{time(request.decided_at)}</small>
      {request.note && (
        <small>
          {t('note')}：{request.note}
        </small>
      )}
    </div>
  );
}

/** The ways to decide a request, for who may. */
export function RequestDecision({ request, rights }: { request: RightsRequest; rights: Rights }) {
  const { t } = useI18n(words);
  const sentence = useSentence(request);
  const [deciding, setDeciding] = useState<boolean | null>(null);
  const changed = useAccountsChanged();
  const decides = isForSystem(request) ? rights.manage : rights.secure;
  if (!decides) return <small className="hint-text">{t('requestOthers')}</small>;
  if (request.requested_by_id === rights.self) return <small className="hint-text">{t('requestOwn')}</small>;
  return (
    <>
      <div className="actions">
        <Button type="primary" size="small" onClick={() => setDeciding(true)}>
          {t('approve')}
        </Button>
        <Button danger size="small" onClick={() => setDeciding(false)}>
          {t('refuse')}
        </Button>
      </div>
      {deciding !== null && (
        <DecisionDialog
          sentence={sentence}
          granted={deciding}
          onSettled={changed}
          onClose={() => setDeciding(null)}
          onDecide={(note) =>
            done(
              client.POST('/api/rights-requests/{id}/decision', {
                params: { path: { id: request.id } },
                body: { granted: deciding, note },
              }),
            )
          }
        />
      )}
    </>
  );
}

/** What a request asks for, in words. */
export function Sentence({ request }: { request: RightsRequest }) {
  return <>{useSentence(request)}</>;
}

/** What a post opens that is asked for: its role's permissions, sensitive ones apart. */
function Opens({ request }: { request: RightsRequest }) {
  const { t, language } = useI18n(words);
  const roles = useRoles();
  const wish = readWish(request.body);
  if (wish?.kind !== 'holding') return null;
  const role = roles.data?.roles.find(({ name }) => name === wish.role);
  if (!role) return null;
  const named = (name: string) => {
    const known = roles.data?.permissions.find((one) => one.name === name);
    return (language === 'en' ? known?.en : known?.zh) ?? name;
  };
  const isSensitive = (name: string) => SENSITIVE.some((part) => name.startsWith(part) || name.endsWith(part));
  const sensitive = role.permissions.filter(isSensitive).map(named);
  const others = role.permissions.filter((name) => !isSensitive(name)).map(named);
  const comma = language === 'en' ? ', ' : '、';
  return (
    <>
      <small data-testid="opens">{t('requestOpens', { permissions: others.join(comma) || t('none') })}</small>
      {sensitive.length > 0 && <small>{t('requestOpensSensitive', { permissions: sensitive.join(comma) })}</small>}
    </>
  );
}

function useSentence({ body, kind }: RightsRequest): string {
  const { t, language } = useI18n(words);
  const period = usePeriod();
  const roles = useRoles();
  const english = language === 'en';
  const wish = readWish(body);
  const named = useRegionNames(wish?.kind === 'holding' ? wish.regions : []);
  if (wish === null) return kind;
  if (wish.kind === 'role') {
    const permission = (name: string) => {
      const known = roles.data?.permissions.find((one) => one.name === name);
      return (english ? known?.en : known?.zh) ?? name;
    };
    const listed = (names: string[]) => names.map(permission).join(english ? ', ' : '、');
    const added = wish.added.length > 0 && t('requestRole', { role: wish.role, added: listed(wish.added) });
    const removed = wish.removed.length > 0 && t('requestRoleLess', { role: wish.role, removed: listed(wish.removed) });
    return [added, removed].filter(Boolean).join(english ? '; ' : '；');
  }
  if (wish.kind !== 'holding') {
    const words: Record<string, string> = { ...wish.words };
    if (words['state']) words['state'] = t(`state_${words['state']}` as TextKey);
    return Object.entries(words).reduce(
      (said, [name, word]) => said.replace(`{${name}}`, word),
      t(`request_${wish.kind}`),
    );
  }
  const what = [wish.role, ...wish.regions.map(named)].filter(Boolean).join(english ? ', ' : '，');
  const post = what ? `${wish.post}${english ? ` (${what})` : `（${what}）`}` : wish.post;
  const held = t(wish.stand_in ? 'requestStandIn' : 'requestHolding', { account: wish.account, post });
  return [held, period(wish.from_at, wish.until_at)].filter(Boolean).join(english ? ', ' : '，');
}
