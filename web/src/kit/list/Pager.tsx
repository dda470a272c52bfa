import { Button } from 'antd';
import { useI18n } from '../../i18n';

interface Props<C> {
  /** After what each page began that was left for the next. */
  before: C[];
  next: C | null | undefined;
  onMove: (before: C[]) => void;
}

/** To and fro through a list that goes on where a page ended; nothing where it is one page. */
export function Pager<C extends number | string>({ before, next, onMove }: Props<C>) {
  const { t, number } = useI18n();
  if (before.length === 0 && next == null) return null;
  return (
    <div className="pager">
      <Button disabled={before.length === 0} onClick={() => onMove(before.slice(0, -1))}>
        {t('pageBefore')}
      </Button>
      <span>{number(before.length + 1)}</span>
      <Button disabled={next == null} onClick={() => next != null && onMove([...before, next])}>
        {t('pageAfter')}
      </Button>
    </div>
  );
}
