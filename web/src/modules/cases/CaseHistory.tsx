import { Tag, Timeline } from 'antd';
import { useI18n } from '../../i18n';
import { CaseGallery } from './CaseFiles';
import { sayLength } from './caseClock';
import { sayActor, useCaseNames } from './names';
import type { CaseRecord, HistoryEntry } from './queries';
import { useActionTitles } from './queries';
import { type TextKey, words } from './words';

/** What was done with a case, the latest first. */
export function CaseHistory({ of }: { of: CaseRecord }) {
  const { t } = useI18n(words);
  const rows = [...(of.flow?.history ?? [])].reverse();
  if (rows.length === 0) return <p className="hint-text">{t('historyNone')}</p>;
  return (
    <Timeline
      data-testid="case-history"
      items={rows.map((row) => ({ key: row.number, content: <Row of={of} row={row} /> }))}
    />
  );
}

function Row({ of, row }: { of: CaseRecord; row: HistoryEntry }) {
  const { t, time, language } = useI18n(words);
  const names = useCaseNames();
  const titles = useActionTitles();
  const title = row.action === 'imported' ? t('historyImported') : (titles.get(row.action) ?? row.action);
  const ids = (row.detail as { files?: number[] }).files ?? [];
  const files = of.files.filter(({ id }) => ids.includes(id));
  const said = detailsOf(row, names, t, time);
  return (
    <div>
      <strong>{title}</strong> {row.from_step !== row.to_step && <Tag>{names.status(row.to_step)}</Tag>}
      {row.in_time === false && <Tag color="error">{t('historyLate')}</Tag>}
      <div className="hint-text">
        {time(row.at)} · {sayActor(row.by, t)}
        {row.post && `（${row.post}）`}
        {row.used_ms != null && row.used_ms > 0 && (
          <> · {t('historyUsed', { length: sayLength(row.used_ms / 1000, language) })}</>
        )}
      </div>
      {said.map((line) => (
        <div key={line}>{line}</div>
      ))}
      {row.note && <p>{row.note}</p>}
      {files.length > 0 && <CaseGallery of={of} files={files} />}
    </div>
  );
}

/** What was filled in, in words. */
function detailsOf(
  { detail, due_before, due_after, minutes, action }: HistoryEntry,
  names: ReturnType<typeof useCaseNames>,
  t: (key: TextKey, values?: Record<string, string>) => string,
  time: (at: string) => string,
): string[] {
  const of = detail as Record<string, unknown>;
  const lines: string[] = [];
  if (typeof of['level'] === 'number') lines.push(`${t('field_level')}：${names.level(String(of['level']))}`);
  if (typeof of['reason'] === 'string') lines.push(`${t('field_reason')}：${names.reason(of['reason'])}`);
  if (typeof of['rating'] === 'number') lines.push(`${t('field_rating')}：${of['rating']}`);
  if (typeof of['review_on'] === 'string') lines.push(`${t('field_review_on')}：${of['review_on']}`);
  if (action === 'ask_extension' && minutes) lines.push(t('historyHours', { n: String(minutes / 60) }));
  if (action === 'grant_extension' && due_before && due_after)
    lines.push(t('historyDue', { before: time(due_before), after: time(due_after) }));
  return lines;
}
