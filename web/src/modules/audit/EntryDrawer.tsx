import { Descriptions, Drawer, Tag } from 'antd';
import { useI18n } from '../../i18n';
import { chinaClock } from '../../i18n/clock';
import { useRegionNames } from '../../kit/pick/regions';
import { actionName, actorName, isResult } from './names';
import type { Entry } from './queries';
import { type TextKey, words } from './words';

const COLOURS = { ok: 'success', denied: 'warning', failed: 'error' } as const;

export function ResultTag({ result }: { result: string }) {
  const { t } = useI18n(words);
  return isResult(result) ? <Tag color={COLOURS[result]}>{t(`result_${result}`)}</Tag> : <Tag>{result}</Tag>;
}

/** The fields of what was and of what is, each once. */
const fieldsOf = (...of: unknown[]): string[] => [
  ...new Set(of.flatMap((one) => (typeof one === 'object' && one !== null ? Object.keys(one) : []))),
];

/** A field's value as it is read: texts as they are, lists by commas, nothing as a dash. */
function written(of: unknown, name: string): string {
  const value = typeof of === 'object' && of !== null ? (of as Record<string, unknown>)[name] : undefined;
  if (value === undefined || value === null || value === '') return '—';
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join('、');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** One entry with everything that it says; a change as what was before and after. */
export function EntryDrawer({ entry, onClose }: { entry: Entry | null; onClose: () => void }) {
  const { t } = useI18n(words);
  const regionName = useRegionNames(entry && entry.region !== 0 ? [entry.region] : []);
  const rows: [TextKey, string][] = entry
    ? [
        ['auditTime', chinaClock(entry.at).replace('T', ' ')],
        ['auditActor', actorName(entry.actor, t)],
        ['auditKey', entry.actor_key],
        ['auditPost', entry.post],
        ['auditAddress', entry.address],
        ['auditAction', `${actionName(entry.action, t)} (${entry.action})`],
        ['auditObject', entry.about ? t('auditObjectName', { name: entry.about, object: entry.object }) : entry.object],
        ['auditRegion', entry.region === 0 ? '' : regionName(entry.region)],
        ['auditPurpose', entry.purpose],
        ['auditRequest', entry.request_id],
      ]
    : [];
  const detail = (entry?.detail ?? {}) as Record<string, unknown>;
  const { before, after, ...rest } = detail;
  const isChange = before !== undefined || after !== undefined;
  return (
    <Drawer
      open={entry !== null}
      onClose={onClose}
      size={460}
      title={entry && `#${entry.id}`}
      extra={entry && <ResultTag result={entry.result} />}
      closable={{ 'aria-label': t('close') }}
    >
      <div data-testid="audit-entry">
        <Descriptions
          column={1}
          size="small"
          items={rows
            .filter(([, value]) => value !== '')
            .map(([title, value]) => ({ key: title, label: t(title), children: value }))}
        />
        {isChange && (
          <section className="audit-detail">
            <h2>{t('auditChange')}</h2>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t('auditField')}</th>
                  <th scope="col">{t('auditBefore')}</th>
                  <th scope="col">{t('auditAfter')}</th>
                </tr>
              </thead>
              <tbody>
                {fieldsOf(before, after).map((name) => {
                  const [was, is] = [written(before, name), written(after, name)];
                  return (
                    <tr key={name} data-changed={was !== is}>
                      <th scope="row">{name}</th>
                      <td>{was}</td>
                      <td>{is}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </section>
        )}
        {Object.keys(rest).length > 0 && (
          <section className="audit-detail">
            <h2>{t('auditDetail')}</h2>
            <table>
              <tbody>
                {Object.keys(rest).map((name) => (
                  <tr key={name}>
                    <th scope="row">{name}</th>
                    <td>{written(rest, name)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
      </div>
    </Drawer>
  );
}
