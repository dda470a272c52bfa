import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Empty, Form, Input, Modal, Popconfirm, Radio, Skeleton, Tag } from 'antd';
import { useState } from 'react';
import { client, done, type Schemas, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { useFailed, useFaults } from '../../kit/form/faults';
import { PanelProblem } from '../../kit/Problem';
import { useProviders } from './hooks';
import type { Rights } from './rights';
import { words } from './words';

function ProviderDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n(words);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Schemas['ProviderDraft']>();
  const faults = useFaults(form);
  const [busy, setBusy] = useState(false);
  const submit = async (body: Schemas['ProviderDraft']) => {
    setBusy(true);
    try {
      await take(client.POST('/api/sign-in-providers', { body }));
      void message.success(t('providerRegistered'));
      void queries.invalidateQueries({ queryKey: ['providers'] });
      onClose();
    } catch (error) {
      faults(error);
    }
    setBusy(false);
  };
  const needed = [{ required: true, whitespace: true, message: t('required') }];
  return (
    <Modal open title={t('providerNew')} okText={t('save')} confirmLoading={busy} onOk={form.submit} onCancel={onClose}>
      <Form
        form={form}
        name="provider"
        layout="vertical"
        scrollToFirstError={{ focus: true }}
        initialValues={{ match_by: 'external_id' }}
        onFinish={(values: Schemas['ProviderDraft']) => void submit(values)}
      >
        <p className="hint-text">{t('providerBack', { address: `${location.origin}/signin/back` })}</p>
        <Form.Item name="name" label={t('providerName')} rules={needed}>
          <Input maxLength={60} autoFocus />
        </Form.Item>
        <Form.Item name="issuer" label={t('providerIssuer')} extra={t('providerIssuerHint')} rules={needed}>
          <Input maxLength={500} placeholder="https://" />
        </Form.Item>
        <Form.Item name="client_id" label={t('systemClientId')} rules={needed}>
          <Input maxLength={200} autoComplete="off" />
        </Form.Item>
        <Form.Item name="client_secret" label={t('providerSecret')} rules={needed}>
          <Input.Password maxLength={500} autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="match_by" label={t('providerMatch')}>
          <Radio.Group
            options={[
              { value: 'external_id', label: t('providerByExternal') },
              { value: 'login', label: t('providerByLogin') },
            ]}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}

/** The platforms that vouch for people. */
export function Providers({ rights }: { rights: Rights }) {
  const { t, time } = useI18n(words);
  const { message } = App.useApp();
  const failed = useFailed();
  const queries = useQueryClient();
  const providers = useProviders();
  const [adding, setAdding] = useState(false);
  const items = providers.data?.items ?? [];
  const agree = async (id: number) => {
    try {
      await done(client.POST('/api/sign-in-providers/{id}/agreement', { params: { path: { id } } }));
      void message.success(t('providerAgreedNow'));
      void queries.invalidateQueries({ queryKey: ['providers'] });
    } catch (error) {
      failed(error);
    }
  };
  const remove = async (id: number) => {
    try {
      await done(client.DELETE('/api/sign-in-providers/{id}', { params: { path: { id } } }));
      void message.success(t('systemRemoved'));
      void queries.invalidateQueries({ queryKey: ['providers'] });
    } catch (error) {
      failed(error);
    }
  };
  return (
    <section className="tile" aria-label={t('providers')}>
      <div className="tile-head">
        <h2>{t('providers')}</h2>
        {rights.secure && <Button onClick={() => setAdding(true)}>{t('providerNew')}</Button>}
      </div>
      <p className="hint-text">{t('providersExplain')}</p>
      {providers.error && <PanelProblem error={providers.error} onRetry={() => void providers.refetch()} />}
      {providers.isLoading && <Skeleton active />}
      {providers.data && items.length === 0 && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('providersNone')} />
      )}
      <ul className="rows systems">
        {items.map(({ id, name, issuer, client_id, match_by, updated_by, updated_at, agreed_by, agreed_at }) => (
          <li key={id}>
            <div>
              <strong>{name}</strong> {!agreed_at && <Tag color="warning">{t('providerWaits')}</Tag>}
              <small>{issuer}</small>
              <small>
                {client_id} · {t(match_by === 'login' ? 'providerByLogin' : 'providerByExternal')}
              </small>
              <small>
                {t('providerAsked', { name: updated_by, time: time(updated_at) })}
                {agreed_at && ` · ${t('providerAgreed', { name: agreed_by ?? '', time: time(agreed_at) })}`}
              </small>
            </div>
            {!agreed_at && rights.manage && (
              <Popconfirm title={t('providerAgreeAsk')} onConfirm={() => void agree(id)}>
                <Button size="small" type="primary">
                  {t('approve')}
                </Button>
              </Popconfirm>
            )}
            {rights.secure && (
              <Popconfirm title={t('providerRemoveAsk')} onConfirm={() => void remove(id)}>
                <Button size="small" danger>
                  {t('systemRemove')}
                </Button>
              </Popconfirm>
            )}
          </li>
        ))}
      </ul>
      {adding && <ProviderDialog onClose={() => setAdding(false)} />}
    </section>
  );
}
