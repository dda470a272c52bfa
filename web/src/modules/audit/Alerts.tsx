import { App as AntApp, Button, Empty, Input, Modal, Segmented } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n';
import { PanelProblem } from '../../kit/Problem';
import { actorName } from './names';
import { type Alert, useAcknowledge, useAlerts } from './queries';
import { words } from './words';

const HOUR_MS = 3_600_000;

/** What looks unusual, to be looked into one by one. */
export function Alerts({ onEntries }: { onEntries: (query: Record<string, string>) => void }) {
  const { t, time, number } = useI18n(words);
  const { message } = AntApp.useApp();
  const [open, setOpen] = useState(true);
  const [chosen, choose] = useState<Alert | null>(null);
  const [note, setNote] = useState('');
  const alerts = useAlerts(open);
  const acknowledge = useAcknowledge(() => {
    choose(null);
    setNote('');
    void message.success(t('alertSaved'));
  });
  const rows = alerts.data?.pages.flatMap((page) => page.items) ?? [];
  // An hour to either side shows what led there.
  const entriesOf = (alert: Alert) =>
    onEntries({
      from: new Date(Date.parse(alert.first_at) - HOUR_MS).toISOString(),
      to: new Date(Date.parse(alert.last_at) + HOUR_MS).toISOString(),
      ...(alert.actor_key === '' || alert.actor_key.startsWith('system:')
        ? { address: alert.address }
        : { actor: alert.actor_key }),
    });
  return (
    <section className="card audit-alerts" aria-label={t('auditAlerts')}>
      <Segmented<boolean>
        value={open}
        onChange={setOpen}
        options={[
          { value: true, label: t('alertsOpen') },
          { value: false, label: t('alertsDone') },
        ]}
      />
      {alerts.error && <PanelProblem error={alerts.error} onRetry={() => void alerts.refetch()} />}
      {rows.length === 0 && !alerts.isPending && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('alertsNone')} />
      )}
      <ul>
        {rows.map((alert) => (
          <li key={alert.id} data-testid="audit-alert">
            <div>
              <strong>{t(`alert_${alert.kind}`)}</strong>
              <span className="audit-quiet">
                {[actorName(alert.actor, t), alert.address, `${t('alertCount')} ${number(alert.count)}`]
                  .filter((part) => part !== '')
                  .join(' · ')}
              </span>
              <span className="audit-quiet">
                {time(alert.first_at)} – {time(alert.last_at)}
              </span>
              {alert.acknowledged_by && (
                <span>
                  {t('alertBy', { by: alert.acknowledged_by, at: time(alert.acknowledged_at ?? alert.last_at) })}:{' '}
                  {alert.note}
                </span>
              )}
            </div>
            <Button onClick={() => entriesOf(alert)}>{t('alertEntries')}</Button>
            {!alert.acknowledged_by && (
              <Button type="primary" onClick={() => choose(alert)}>
                {t('alertAcknowledge')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {alerts.hasNextPage && (
        <Button block onClick={() => void alerts.fetchNextPage()} loading={alerts.isFetchingNextPage}>
          {t('auditMore')}
        </Button>
      )}
      <Modal
        open={chosen !== null}
        title={chosen && t(`alert_${chosen.kind}`)}
        okText={t('alertAcknowledge')}
        onCancel={() => choose(null)}
        confirmLoading={acknowledge.isPending}
        okButtonProps={{ disabled: note.trim() === '' }}
        onOk={() => chosen && acknowledge.mutate({ id: chosen.id, note: note.trim() })}
      >
        <label className="audit-note">
          <span>{t('alertNote')}</span>
          <Input.TextArea
            rows={3}
            maxLength={400}
            showCount
            value={note}
            placeholder={t('alertNoteHint')}
            onChange={({ target }) => setNote(target.value)}
          />
        </label>
        {acknowledge.error && <PanelProblem error={acknowledge.error} onRetry={() => acknowledge.reset()} />}
      </Modal>
    </section>
  );
}
