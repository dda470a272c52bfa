import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n';
import { useSaying } from '../form/faults';

/** Something that is done with each of the rows that were chosen. */
export interface BulkAction<Row> {
  key: string;
  title: string;
  isDangerous?: boolean;
  /** Done with one; what it throws is said beside the row's name. */
  run: (row: Row) => Promise<unknown>;
  /** What a row is called in what is said of it. */
  name: (row: Row) => string;
}

interface Props<Row> {
  rows: readonly Row[];
  actions: readonly BulkAction<Row>[];
  listKey: string;
  onDone: () => void;
  /** Marks every row that is shown. */
  onAll: () => void;
}

/** What can be done with the chosen rows at once. Those that are refused are named, each with the reason; the others are done. */
export function BulkBar<Row>({ rows, actions, listKey, onDone, onAll }: Props<Row>) {
  const { t } = useI18n();
  const saying = useSaying();
  const queries = useQueryClient();
  const [busy, setBusy] = useState<string | null>(null);
  const [refused, setRefused] = useState<readonly { name: string; why: string }[]>([]);
  const run = async (action: BulkAction<Row>) => {
    setBusy(action.key);
    const failed: { name: string; why: string }[] = [];
    for (const row of rows) {
      try {
        await action.run(row);
      } catch (error) {
        failed.push({ name: action.name(row), why: saying(error) });
      }
    }
    setBusy(null);
    setRefused(failed);
    void queries.invalidateQueries({ queryKey: [listKey] });
    if (failed.length === 0) onDone();
  };
  return (
    <div className="actions" role="toolbar" aria-label={t('listBulk')} data-testid="bulk">
      <span>{t('listChosen', { n: rows.length })}</span>
      <Button type="link" onClick={onAll}>
        {t('listAll')}
      </Button>
      <Button type="link" onClick={onDone}>
        {t('listNoneChosen')}
      </Button>
      {actions.map((action) => (
        <Button
          key={action.key}
          danger={action.isDangerous ?? false}
          loading={busy === action.key}
          onClick={() => void run(action)}
        >
          {action.title}
        </Button>
      ))}
      {refused.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('listRefused', { n: refused.length })}
          description={
            <ul>
              {refused.map(({ name, why }) => (
                <li key={name}>
                  {name}：{why}
                </li>
              ))}
            </ul>
          }
        />
      )}
    </div>
  );
}
