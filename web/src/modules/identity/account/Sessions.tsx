import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Tag } from 'antd';
import { client, done, type Schemas } from '../../../api/client';
import { useI18n } from '../../../i18n';
import { useFailed } from '../../../kit/form/faults';
import { type TextKey, words } from '../words';
import { device } from './agent';

/** Where one is signed in. */
export function Sessions({ sessions }: { sessions: Schemas['SessionInfo'][] }) {
  const { t, time } = useI18n(words);
  const { message } = App.useApp();
  const failed = useFailed();
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: (id: number | null) =>
      done(
        id === null
          ? client.DELETE('/api/account/sessions')
          : client.DELETE('/api/account/sessions/{id}', { params: { path: { id } } }),
      ),
    onSuccess: () => {
      void message.success(t('sessionEnded'));
      void queries.invalidateQueries({ queryKey: ['own-account'] });
    },
    onError: failed,
  });
  return (
    <section className="tile" aria-labelledby="sessions-title">
      <div className="tile-head">
        <h2 id="sessions-title">{t('sessions')}</h2>
        {sessions.length > 1 && (
          <Button
            size="small"
            danger
            loading={end.isPending && end.variables === null}
            onClick={() => end.mutate(null)}
          >
            {t('sessionEndOthers')}
          </Button>
        )}
      </div>
      <p className="hint-text">{t('sessionsExplain')}</p>
      <ul className="rows">
        {sessions.map(({ id, agent, method, address, created_at, last_seen_at, current }) => (
          <li key={id}>
            <div>
              <strong>{device(agent) || t('browserUnknown')}</strong> <Tag>{t(`method_${method}` as TextKey)}</Tag>
              <small>{t('sessionMeta', { address, since: time(created_at), last: time(last_seen_at) })}</small>
            </div>
            {current ? (
              <Tag color="processing">{t('sessionThis')}</Tag>
            ) : (
              <Button size="small" loading={end.isPending && end.variables === id} onClick={() => end.mutate(id)}>
                {t('sessionEnd')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
