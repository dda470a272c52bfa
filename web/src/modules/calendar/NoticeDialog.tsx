import { Alert, Button, Input, Modal, Tag } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n';
import { PanelProblem } from '../../kit/Problem';
import classes from './Calendar.module.css';
import { countOf } from './days';
import { type CalendarDay, useReadNotice } from './queries';
import { words } from './words';

interface Props {
  /** Takes what was read. */
  onTake: (year: number, source: string, days: CalendarDay[]) => void;
  onClose: () => void;
}

/** Reads the notice of a year's holidays, shows what it says, and takes it where the reader agrees. */
export function NoticeDialog({ onTake, onClose }: Props) {
  const { t } = useI18n(words);
  const [text, setText] = useState('');
  const reading = useReadNotice();
  const { data } = reading;
  const year = data?.year ?? null;
  return (
    <Modal
      open
      width={680}
      title={t('calendarPaste')}
      mask={{ closable: false }}
      onCancel={onClose}
      footer={[
        <Button
          key="read"
          disabled={text.trim() === ''}
          loading={reading.isPending}
          onClick={() => reading.mutate(text)}
        >
          {t('calendarRead')}
        </Button>,
        <Button
          key="take"
          type="primary"
          disabled={!data || year === null || data.days.length === 0}
          onClick={() => data && year !== null && onTake(year, data.source, data.days)}
        >
          {year === null ? t('save') : t('calendarTake', { year: String(year) })}
        </Button>,
      ]}
    >
      <p className="hint-text">{t('calendarPasteAbout')}</p>
      <Input.TextArea
        autoFocus
        rows={8}
        maxLength={20_000}
        value={text}
        aria-label={t('calendarPasteText')}
        onChange={({ target }) => setText(target.value)}
        data-testid="notice-text"
      />
      {reading.error && <PanelProblem error={reading.error} onRetry={() => reading.mutate(text)} />}
      {data && (
        <div className={classes['read']} data-testid="notice-read" aria-live="polite">
          <p>
            {data.days.length === 0
              ? t('calendarReadNone')
              : t('calendarReadSum', {
                  year: String(year ?? ''),
                  off: countOf(data.days, 'holiday'),
                  worked: countOf(data.days, 'workday'),
                })}
          </p>
          {data.problems.length > 0 && (
            <Alert
              type="warning"
              showIcon
              title={t('calendarProblems')}
              description={data.problems.map((problem) => <div key={problem}>{problem}</div>)}
            />
          )}
          <p>
            {data.days.map(({ day, kind, name }) => (
              <Tag key={day} color={kind === 'holiday' ? 'success' : 'warning'}>
                {`${day} ${name} ${t(kind === 'holiday' ? 'calendarHoliday' : 'calendarWorkday')}`}
              </Tag>
            ))}
          </p>
        </div>
      )}
    </Modal>
  );
}
