import { Button } from 'antd';
import { useI18n } from '../../i18n';

interface Props {
  /** After which id each page began that was left for the next. */
  before: number[];
  next: number | null | undefined;
  onMove: (before: number[]) => void;
}

/** To and fro through a list that goes on after the last id of a page; nothing where it is one page. */
export function Pager({ before, next, onMove }: Props) {
  const { t, number } = useI18n();
  if (before.length === 0 && next == null) return null;
  return (
    <div className="pager">
      <Button disabled={before.length === 0} onClick={() => onMove(before.slice(0, -1))}>{t('pageBefore')}</Button>
      <span>{number(before.length + 1)}</span>
      <Button disabled={next == null} onClick={() => next != null && onMove([...before, next])}>{t('pageAfter')}</Button>
    </div>
  );
}
