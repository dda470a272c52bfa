import { Descriptions, Drawer, Tag } from 'antd';
import { useI18n } from '../../i18n';
import { type TextKey, words } from './words';
import { chinaClock } from '../../i18n/clock';
import { actionName, isResult } from './names';
import type { Entry } from './queries';

const COLOURS = { ok: 'success', denied: 'warning', failed: 'error' } as const;

export function ResultTag({ result }: { result: string }) {
  const { t } = useI18n(words);
  return isResult(result) ? <Tag color={COLOURS[result]}>{t(`result_${result}`)}</Tag> : <Tag>{result}</Tag>;
}

/** One entry with everything that it says; a change as what was before and after. */
export function EntryDrawer({ entry, onClose }: { entry: Entry | null; onClose: () => void }) {
  const { t } = useI18n(words);
  const rows: [TextKey, string][] = entry
    ? [
        ['auditTime', chinaClock(entry.at).replace('T', ' ')], ['auditActor', entry.actor], ['auditKey', entry.actor_key], ['auditPost', entry.post],
        ['auditAddress', entry.address], ['auditAction', `${actionName(entry.action, t)} (${entry.action})`], ['auditObject', entry.about ? t('auditObjectName', { name: entry.about, object: entry.object }) : entry.object],
        ['auditRegion', entry.region === 0 ? '' : String(entry.region)], ['auditPurpose', entry.purpose], ['auditRequest', entry.request_id],
      ]
    : [];
  const detail = (entry?.detail ?? {}) as Record<string, unknown>;
  const { before, after, ...rest } = detail;
  const blocks: [TextKey, unknown][] = [['auditBefore', before], ['auditAfter', after], ['auditDetail', Object.keys(rest).length > 0 ? rest : undefined]];
  return (
    <Drawer open={entry !== null} onClose={onClose} size={460} title={entry && `#${entry.id}`} extra={entry && <ResultTag result={entry.result} />} closable={{ 'aria-label': t('close') }}>
      <div data-testid="audit-entry">
        <Descriptions column={1} size="small" items={rows.filter(([, value]) => value !== '').map(([title, value]) => ({ key: title, label: t(title), children: value }))} />
        {blocks.map(([title, value]) => value !== undefined && (
          <section key={title} className="audit-detail">
            <h2>{t(title)}</h2>
            <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
          </section>
        ))}
      </div>
    </Drawer>
  );
}
