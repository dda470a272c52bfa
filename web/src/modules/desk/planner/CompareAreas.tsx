import { AimOutlined, CloseOutlined } from '@ant-design/icons';
import { Button, Skeleton } from 'antd';
import { useI18n } from '../../../i18n';
import { PanelProblem } from '../../../kit/Problem';
import { Part } from '../../../kit/part/Boundary';
import { lazily } from '../../../kit/part/lazily';
import { words } from '../words';
import { factOf, facts, sayFact, sayInPart } from './facts';
import type { Column } from './useComparison';

const CompareChart = lazily(() => import('./CompareChart'));

interface Props {
  columns: readonly Column[];
  onRemove: (index: number) => void;
  onGo: (column: Column) => void;
}

/** Areas side by side: the figures in rows, a column for each area; and what they are made of as bars. */
export function CompareAreas({ columns, onRemove, onGo }: Props) {
  const { t, number } = useI18n(words);
  const failed = columns.find((column) => column.error);
  const partly = sayInPart(
    columns.map(({ label, statistics }) => ({ name: label, statistics })),
    t,
  );
  if (columns.length === 0) return <p className="nothing">{t('compareEmpty')}</p>;
  return (
    <>
      {failed?.error && <PanelProblem error={failed.error} onRetry={failed.retry} />}
      {partly !== '' && (
        <p className="sub" data-testid="compare-in-part">
          {partly}
        </p>
      )}
      <div className="table-scroll">
        <table className="compare-table" aria-label={t('compare')} data-testid="compare-table">
          <thead>
            <tr>
              <th scope="col">{t('indicator')}</th>
              {columns.map((column, index) => (
                <th key={column.letter} scope="col">
                  <span className="column-head">
                    <i className="letter" style={{ '--letter': column.colour, '--letterInk': column.ink }} aria-hidden>
                      {column.letter}
                    </i>
                    <span className="column-name" title={column.name}>
                      {column.name}
                    </span>
                    <span className="column-actions">
                      <Button
                        type="text"
                        size="small"
                        icon={<AimOutlined />}
                        aria-label={`${t('zoomToArea')} ${column.name}`}
                        onClick={() => onGo(column)}
                      />
                      <Button
                        type="text"
                        size="small"
                        icon={<CloseOutlined />}
                        aria-label={`${t('removeArea')} ${column.name}`}
                        onClick={() => onRemove(index)}
                      />
                    </span>
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {facts.map((fact) => {
              const values = columns.map((column) => factOf(fact, column.statistics));
              if (columns.every(({ statistics }) => statistics) && values.every((value) => value === undefined))
                return null;
              const most = Math.max(...values.map((value) => value ?? 0));
              return (
                <tr key={fact.key}>
                  <th scope="row">{t(fact.title)}</th>
                  {columns.map(({ letter, colour, statistics, error }, index) => (
                    <td key={letter} data-fact={fact.key} data-value={values[index]}>
                      {statistics || error ? (
                        sayFact(fact.form, values[index], number)
                      ) : (
                        <Skeleton.Input size="small" active style={{ width: 44, minWidth: 44, height: 14 }} />
                      )}
                      <i
                        className="fact-bar"
                        style={{ '--letter': colour, '--share': most > 0 ? (values[index] ?? 0) / most : 0 }}
                        aria-hidden
                      />
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {columns.length === 1 && <p className="nothing">{t('compareOne')}</p>}
      <Part waiting={<Skeleton active />}>
        <CompareChart columns={columns} />
      </Part>
    </>
  );
}
