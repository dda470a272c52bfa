import './people.css';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Empty, Form, Select, Skeleton, Tag } from 'antd';
import { useState } from 'react';
import { client, done, type Schemas, type Session, take } from '../../api/client';
import { useI18n } from '../../i18n';
import { fileAt, fileName, keep } from '../../kit/downloads';
import { DecisionDialog } from '../../kit/form/DecisionDialog';
import { FormDialog } from '../../kit/form/FormDialog';
import { useFailed } from '../../kit/form/faults';
import { Pager } from '../../kit/list/Pager';
import { PanelProblem } from '../../kit/Problem';
import { type Purpose, PurposeFields, purposeOf } from './PurposeFields';
import { words } from './words';

type Request = Schemas['ExportRequest'];

/** Whether an export of plain values is somebody's to ask for, or to agree to. */
const asks = ({ permissions }: Session) =>
  permissions.includes('directory.export') && permissions.includes('person.clear');
const approves = ({ permissions }: Session) => permissions.includes('export.approve');

function useChanged() {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: ['export-requests'] });
}

/** Exports of people with plain identity numbers: one asks, another agrees, and it is exported once. */
export function PlainExports({ session }: { session: Session }) {
  const { t, number } = useI18n(words);
  const [before, setBefore] = useState<number[]>([]);
  const [asking, ask] = useState(false);
  const after = before.at(-1);
  const page = useQuery({
    queryKey: ['export-requests', after],
    queryFn: () => take(client.GET('/api/export-requests', { params: { query: { limit: 10, after } } })),
    placeholderData: keepPreviousData,
  });
  const items = page.data?.items ?? [];
  return (
    <section className="tile" aria-labelledby="plain-exports-title" data-testid="plain-exports">
      <div className="tile-head">
        <h2 id="plain-exports-title">{t('plainExports')}</h2>
        {asks(session) && (
          <Button size="small" type="primary" onClick={() => ask(true)}>
            {t('plainExportAsk')}
          </Button>
        )}
      </div>
      {asks(session) && page.data && (
        <p className="hint-text">{t('plainExportsExplain', { n: number(page.data.daily_limit) })}</p>
      )}
      {!asks(session) && <p className="hint-text">{t('plainExportsApprove')}</p>}
      {page.error && <PanelProblem error={page.error} onRetry={() => void page.refetch()} />}
      {page.isLoading && <Skeleton active />}
      {page.data && items.length === 0 && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('plainExportsNone')} />
      )}
      <ul className="rows">
        {items.map((request) => (
          <Row key={request.id} request={request} decides={approves(session)} />
        ))}
      </ul>
      <Pager before={before} next={page.data?.next} onMove={setBefore} />
      {asking && <AskDialog session={session} onClose={() => ask(false)} />}
    </section>
  );
}

/** One request, with what can be done about it. */
function Row({ request, decides }: { request: Request; decides: boolean }) {
  const { t, time, number } = useI18n(words);
  const [now] = useState(() => Date.now());
  const [deciding, decide] = useState<boolean | null>(null);
  const failed = useFailed();
  const changed = useChanged();
  const get = useMutation({
    mutationFn: async () =>
      keep(
        await fileAt(`/api/layers/${request.layer}/export?format=csv&request=${request.id}`),
        fileName(t('plainExportName'), 'csv'),
      ),
    onError: failed,
    onSettled: changed,
  });
  const sentence = t('plainExportOf', { region: request.region_name, n: number(request.records) });
  const isOpen =
    request.granted === true && request.used_at == null && request.until != null && Date.parse(request.until) > now;
  return (
    <li data-testid="plain-export">
      <div>
        <strong>{sentence}</strong>{' '}
        {request.granted != null && (
          <Tag color={request.granted ? 'success' : 'error'}>{t(request.granted ? 'grantedTag' : 'refusedTag')}</Tag>
        )}
        <span>
          {t('unmaskPurpose')}：{request.purpose}
        </span>
        <small>{t('requestBy', { name: request.requested_by, time: time(request.requested_at) })}</small>
        {request.decided_at != null && (
          <small>
            {t('requestDecided', {
              name: request.decided_by ?? '',
              time: time(request.decided_at),
              outcome: t(request.granted ? 'granted' : 'refused'),
            })}
            {request.note && ` · ${t('note')}：${request.note}`}
          </small>
        )}
        {request.used_at != null && <small>{t('plainExportUsed', { time: time(request.used_at) })}</small>}
        {request.granted === true && request.used_at == null && request.until != null && (
          <small>{isOpen ? t('plainExportUntil', { time: time(request.until) }) : t('plainExportLapsed')}</small>
        )}
      </div>
      {request.own && isOpen && (
        <Button type="primary" size="small" loading={get.isPending} onClick={() => get.mutate()}>
          {t('plainExportGet')}
        </Button>
      )}
      {request.granted == null && request.own && <small>{t('requestOwn')}</small>}
      {request.granted == null && !request.own && decides && (
        <div className="actions">
          <Button type="primary" size="small" onClick={() => decide(true)}>
            {t('approve')}
          </Button>
          <Button danger size="small" onClick={() => decide(false)}>
            {t('refuse')}
          </Button>
        </div>
      )}
      {deciding !== null && (
        <DecisionDialog
          sentence={sentence}
          granted={deciding}
          onSettled={changed}
          onClose={() => decide(null)}
          onDecide={(note) =>
            done(
              client.POST('/api/export-requests/{id}/decision', {
                params: { path: { id: request.id } },
                body: { granted: deciding, note },
              }),
            )
          }
        />
      )}
    </li>
  );
}

/** Asks for whom and for what. */
function AskDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const { t } = useI18n(words);
  const changed = useChanged();
  return (
    <FormDialog<Purpose & { region: string }>
      name="plain-export"
      title={t('plainExportAsk')}
      okText={t('plainExportAsk')}
      requiredMark={false}
      initialValues={{ region: String(session.regions[0]?.code ?? '') }}
      onSubmit={async ({ region, ...said }) => {
        await done(
          client.POST('/api/layers/{layer}/export-requests', {
            params: { path: { layer: 'person' } },
            body: { region, purpose: purposeOf(said) },
          }),
        );
        changed();
        return t('plainExportAsked');
      }}
      onClose={onClose}
    >
      <p>{t('plainExportExplain')}</p>
      <Form.Item name="region" label={t('plainExportRegion')} rules={[{ required: true, message: t('required') }]}>
        <Select options={session.regions.map(({ code, name }) => ({ value: String(code), label: name }))} />
      </Form.Item>
      <PurposeFields />
    </FormDialog>
  );
}
