import { Alert, App, Button, Tag } from 'antd';
import { client, done } from '../../api/client';
import { useI18n } from '../../i18n';
import { useFailed } from '../../kit/form/faults';
import { CrlUpload } from './CrlUpload';
import { shown } from './names';
import type { Authority } from './queries';
import { graceEnd, listStanding, validity } from './standing';
import { words } from './words';

const COLOURS = { none: 'error', early: 'warning', good: 'success', grace: 'warning', stale: 'error' } as const;

/** One authority: its certificate, its revocation list, and what can be done with them. */
export function AuthorityCard({ authority, onChanged }: { authority: Authority; onChanged: () => void }) {
  const { t, time } = useI18n(words);
  const { message, modal } = App.useApp();
  const failed = useFailed();
  const {
    id,
    name,
    subject,
    fingerprint,
    not_after,
    grace_hours,
    crl_this_update,
    crl_next_update,
    crl_source,
    crl_hosts,
    crl_tried_at,
    crl_problem,
    added_by,
    added_at,
  } = authority;
  const now = Date.now();
  const list = listStanding(authority, now);
  const standing = validity(not_after, now);
  const remove = () =>
    modal.confirm({
      title: t('authorityRemoveAsk', { name }),
      content: t('authorityRemoveExplain'),
      okText: t('authorityRemove'),
      okButtonProps: { danger: true },
      onOk: () =>
        done(client.DELETE('/api/authorities/{id}', { params: { path: { id } } })).then(() => {
          void message.success(t('authorityRemoved'));
          onChanged();
        }, failed),
    });
  const facts = [
    [t('certificateSubject'), shown(subject)],
    [t('certificateNotAfter'), time(not_after)],
    [t('crlThis'), crl_this_update ? time(crl_this_update) : t('none')],
    [t('crlNext'), crl_next_update ? time(crl_next_update) : t('none')],
    [t('graceHours'), grace_hours === 0 ? t('graceNone') : t('graceSome', { hours: String(grace_hours) })],
    [t('crlSource'), crl_source ?? t('crlByHand')],
    ...(crl_hosts.length > 0 ? [[t('crlHosts'), crl_hosts.join(t('listComma'))] as const] : []),
    ...(crl_source ? [[t('crlTried'), crl_tried_at ? time(crl_tried_at) : t('never')] as const] : []),
    [t('authorityAdded'), t('byAt', { by: added_by, at: time(added_at) })],
  ] as const;
  return (
    <article className="tile authority" data-testid="authority" aria-label={name}>
      <div className="tile-head">
        <h3>{name}</h3>
        <span>
          {authority.waits && <Tag color="warning">{t('waitsForSystem')}</Tag>}
          <Tag color={COLOURS[list]}>{t(`crl_${list}`)}</Tag>
          {standing !== 'good' && (
            <Tag color={standing === 'soon' ? 'warning' : 'error'}>{t(`validity_${standing}`)}</Tag>
          )}
        </span>
      </div>
      {authority.waits && <Alert type="info" showIcon title={t('authorityWaits')} />}
      {list === 'none' && <Alert type="warning" showIcon title={t('crlNeeded')} />}
      {list === 'stale' && <Alert type="error" showIcon title={t('crlStale')} />}
      {list === 'grace' && crl_next_update && (
        <Alert type="warning" showIcon title={t('crlGrace', { time: time(graceEnd(crl_next_update, grace_hours)) })} />
      )}
      {crl_problem && <Alert type="warning" showIcon title={t('crlProblem')} description={crl_problem} />}
      <dl className="facts">
        {facts.map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>{t('certificateFingerprint')}</dt>
          <dd>
            <code>{fingerprint}</code>
          </dd>
        </div>
      </dl>
      <CrlUpload authority={authority} onTaken={onChanged}>
        <Button danger aria-label={`${t('authorityRemove')} ${name}`} onClick={remove}>
          {t('authorityRemove')}
        </Button>
      </CrlUpload>
    </article>
  );
}
