import type { ReactNode } from 'react';
import { useI18n } from '../../../i18n';
import { type Change, changeOf } from '../../../map/figures/shares';
import { words } from '../words';

/** What a rise means. */
type Good = 'more' | 'less' | 'neither';

/** A figure with what is to be said of it. */
export function Cell({
  title,
  id,
  value,
  text,
  children,
}: {
  title: string;
  id: string;
  value: number | undefined;
  text?: string;
  children?: ReactNode;
}) {
  const { number } = useI18n(words);
  return (
    <div className="wall-key">
      <dt>{title}</dt>
      <dd className="wall-figure" data-testid={`wall-${id}`} data-value={value}>
        {value === undefined ? '—' : (text ?? number(value))}
      </dd>
      <dd className="wall-changes">{children}</dd>
    </div>
  );
}

/** A line below a figure. */
export const Note = ({ children }: { children: ReactNode }) => <span className="wall-change">{children}</span>;

/** Up or down by how much, and whether that is good. */
export function Moved({ label, by, good, text }: { label: string; by: number; good: Good; text: string }) {
  const tone = by === 0 || good === 'neither' ? '' : by > 0 === (good === 'more') ? 'good' : 'bad';
  return (
    <span className={`wall-change ${tone}`}>
      <span>{label}</span> <span>{by === 0 ? '±0' : `${by > 0 ? '▲' : '▼'} ${text}`}</span>
    </span>
  );
}

/** How a figure stands to an earlier one: by a share of it, or by how many where it is too small for a percentage. */
export function Compared({
  now,
  before,
  label,
  good,
}: {
  now: number;
  before: number | undefined;
  label: string;
  good: Good;
}) {
  const { t, number } = useI18n(words);
  const change: Change = changeOf(now, before);
  if (change.kind === 'unknown') return <Note>{label} —</Note>;
  const by = change.kind === 'same' ? 0 : change.by;
  const size = Math.abs(by);
  const text =
    change.kind === 'count' ? t('countOf', { n: number(size) }) : `${number(size * 100, size < 0.1 ? 1 : 0)}%`;
  return <Moved label={label} by={by} good={good} text={text} />;
}
