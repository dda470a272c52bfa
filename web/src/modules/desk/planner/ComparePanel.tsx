import { Segmented } from 'antd';
import { useI18n } from '../../../i18n';
import { words } from '../words';
import { CompareAreas } from './CompareAreas';
import { ComparePeriods } from './ComparePeriods';
import { type Download, DownloadMenu } from './DownloadMenu';
import { type PlannerState, usualPeriods } from './state';
import type { Column } from './useComparison';

interface Props {
  state: PlannerState;
  columns: readonly Column[];
  /** The region that two periods are compared of; nothing for a drawn area. */
  region: number | null;
  /** Whether only a part of that is the reader's, and counted. */
  inPart: boolean;
  downloads: Download[];
  onChange: (part: Partial<PlannerState>) => void;
  onGo: (column: Column) => void;
}

/** Up to four areas side by side, or one region in two periods. */
export function ComparePanel({ state, columns, region, inPart, downloads, onChange, onGo }: Props) {
  const { t } = useI18n(words);
  return (
    <section className="planner-body" data-testid="compare-panel">
      <header className="planner-head">
        <Segmented<PlannerState['mode']>
          size="small"
          value={state.mode}
          onChange={(mode) => onChange({ mode, periods: state.periods ?? usualPeriods() })}
          options={[
            { value: 'areas', label: t('compareAreas') },
            { value: 'periods', label: t('comparePeriods') },
          ]}
        />
        {state.mode === 'areas' && columns.length > 0 && (
          <DownloadMenu label={t('downloadAreas')} downloads={downloads} testId="download-compare" />
        )}
      </header>
      {state.mode === 'areas' && (
        <CompareAreas
          columns={columns}
          onGo={onGo}
          onRemove={(index) => onChange({ compared: state.compared.filter((_, at) => at !== index) })}
        />
      )}
      {state.mode === 'periods' &&
        (region === null || !state.periods ? (
          <p className="nothing">{t('periodOnlyRegion')}</p>
        ) : (
          <ComparePeriods
            region={region}
            inPart={inPart}
            periods={state.periods}
            onChange={(periods) => onChange({ periods })}
          />
        ))}
    </section>
  );
}
