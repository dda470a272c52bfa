import './signOn.css';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Empty, Modal, Popconfirm, Skeleton, Space, Tag } from 'antd';
import { useState } from 'react';
import { client, done, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { useFailed } from '../../kit/form/faults';
import { PanelProblem } from '../../kit/Problem';
import { useCopy } from '../../kit/useCopy';
import { type ClientSystem, useSystems } from './hooks';
import { Providers } from './Providers';
import type { Rights } from './rights';
import { SystemDialog } from './SystemDialog';
import { words } from './words';

/** A secret, shown this once. */
function SecretShown({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
  const { t } = useI18n(words);
  const copy = useCopy();
  return (
    <Modal
      open
      title={t('systemSecretOf', { name })}
      onCancel={onClose}
      footer={
        <>
          <Button onClick={() => copy(secret)}>{t('systemCopy')}</Button>
          <Button type="primary" onClick={onClose}>
            {t('systemKept')}
          </Button>
        </>
      }
      closable={false}
      mask={{ closable: false }}
    >
      <p>{t('systemSecretOnce')}</p>
      <code className="secret" data-testid="system-secret">
        {secret}
      </code>
    </Modal>
  );
}

/** 单点登录: the systems that people reach with one sign-in, and the platforms that vouch for them. */
export function Systems({ rights }: { rights: Rights }) {
  const { t, number } = useI18n(words);
  const { message } = App.useApp();
  const failed = useFailed();
  const queries = useQueryClient();
  const systems = useSystems();
  const [edited, setEdited] = useState<ClientSystem | null | undefined>();
  const [shown, setShown] = useState<{ name: string; secret: string } | null>(null);
  const items = systems.data?.items ?? [];
  const renew = async ({ id, name }: ClientSystem) => {
    try {
      const { secret } = await take(client.POST('/api/systems/{id}/secret', { params: { path: { id } } }));
      setShown({ name, secret });
    } catch (error) {
      failed(error);
    }
  };
  const remove = async ({ id }: ClientSystem) => {
    try {
      await done(client.DELETE('/api/systems/{id}', { params: { path: { id } } }));
      void message.success(t('systemRemoved'));
      void queries.invalidateQueries({ queryKey: ['systems'] });
    } catch (error) {
      failed(error);
    }
  };
  return (
    <div className="column">
      <section className="tile" aria-label={t('systemsTitle')}>
        <div className="tile-head">
          <h2>{t('systemsTitle')}</h2>
          {rights.secure && (
            <Button type="primary" onClick={() => setEdited(null)}>
              {t('systemNew')}
            </Button>
          )}
        </div>
        <p className="hint-text">
          {t('systemsExplain', { address: `${location.origin}/.well-known/openid-configuration` })}
        </p>
        {systems.error && <PanelProblem error={systems.error} onRetry={() => void systems.refetch()} />}
        {systems.isLoading && <Skeleton active />}
        {systems.data && items.length === 0 && (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('systemsNone')} />
        )}
        <ul className="rows systems">
          {items.map((system) => (
            <li key={system.id}>
              <div>
                <strong>{system.name}</strong> <code>{system.client_id}</code>{' '}
                {!system.confidential && <Tag>{t('systemOpenTag')}</Tag>}
                <small>{system.about}</small>
                <small>{system.redirect_uris.join('　')}</small>
                <small>
                  {system.roles.length === 0
                    ? t('systemForAll')
                    : t('systemForRoles', { n: number(system.roles.length) })}{' '}
                  · {t('systemSessions', { n: number(system.sessions) })}
                </small>
              </div>
              {rights.secure && (
                <Space wrap>
                  <Button size="small" onClick={() => setEdited(system)}>
                    {t('systemChange')}
                  </Button>
                  {system.confidential && (
                    <Popconfirm title={t('systemRenewAsk')} onConfirm={() => void renew(system)}>
                      <Button size="small">{t('systemRenew')}</Button>
                    </Popconfirm>
                  )}
                  <Popconfirm title={t('systemRemoveAsk')} onConfirm={() => void remove(system)}>
                    <Button size="small" danger>
                      {t('systemRemove')}
                    </Button>
                  </Popconfirm>
                </Space>
              )}
            </li>
          ))}
        </ul>
      </section>
      <Providers rights={rights} />
      {edited !== undefined && (
        <SystemDialog
          system={edited}
          onClose={() => setEdited(undefined)}
          onSecret={(name, secret) => setShown({ name, secret })}
        />
      )}
      {shown && <SecretShown {...shown} onClose={() => setShown(null)} />}
    </div>
  );
}
