import { CheckOutlined, CopyOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Segmented } from 'antd';
import { useI18n } from '../../../i18n';
import { isTouch } from '../../../kit/touch';
import { useCopy } from '../../../kit/useCopy';
import type { MapController, Tool } from '../../../map/controller';
import { type Measured, measure } from '../../../map/measure';
import { words } from '../words';
import { ToolCard } from './ToolCard';
import { useUnits } from './units';
import type { MapTools } from './useMapTools';

interface Props {
  tools: MapTools;
  controller: MapController | null;
  tool: Tool;
  onTool: (tool: Tool) => void;
}

/** Distances and areas on the ellipsoid: what is being drawn, and what was measured until it is cleared. */
export function MeasurePanel({ tools, controller, tool, onTool }: Props) {
  const { t } = useI18n(words);
  const { results, setResults, live, setLive } = tools;
  const kind = tool === 'surface' || (tool !== 'distance' && live?.kind === 'surface') ? 'surface' : 'distance';
  // Without a mouse the points come from the map's middle, under which the map is moved by its arrow keys.
  const add = () => {
    const at = controller?.map.getCenter();
    if (at) setLive({ kind, points: [...(live?.kind === kind ? live.points : []), [at.lng, at.lat]] });
  };
  const enough = live !== null && live.points.length >= (live.kind === 'surface' ? 3 : 2);
  const finish = () => {
    if (!live) return;
    setResults([...results, live]);
    // A drawing by mouse that is under way ends with it.
    void controller?.setTool(tool);
    setLive(null);
  };
  const hint = isTouch()
    ? kind === 'surface'
      ? 'touchHintArea'
      : 'touchHintLine'
    : kind === 'surface'
      ? 'measureHintArea'
      : 'measureHintLine';
  return (
    <ToolCard
      title={t('measureTitle')}
      hint={t(hint)}
      testId="measure-panel"
      drawing={tool !== null}
      onClose={() => tools.open(null)}
    >
      <Segmented<'distance' | 'surface' | 'off'>
        block
        value={tool === 'distance' || tool === 'surface' ? tool : 'off'}
        onChange={(next) => next !== 'off' && onTool(next)}
        options={[
          { value: 'distance', label: t('measureDistance') },
          { value: 'surface', label: t('measureArea') },
        ]}
        data-testid="measure-kind"
      />
      {live ? (
        <Result measured={live} testId="measure-live" />
      ) : (
        results.length === 0 && <p className="nothing">{t('measureEmpty')}</p>
      )}
      <div className="tool-actions">
        <Button size="small" icon={<PlusOutlined />} onClick={add} data-testid="measure-centre">
          {t('measureCentre')}
        </Button>
        <Button
          size="small"
          type="primary"
          icon={<CheckOutlined />}
          disabled={!enough}
          onClick={finish}
          data-testid="measure-done"
        >
          {t('measureDone')}
        </Button>
        {results.length > 0 && (
          <Button size="small" type="text" onClick={() => setResults([])} data-testid="measure-clear">
            {t('measureClear')}
          </Button>
        )}
      </div>
      <ol className="measured" data-testid="measure-results">
        {results.map((result, index) => (
          <li key={index}>
            <Result
              measured={result}
              testId={`measured-${index}`}
              onRemove={() => setResults(results.filter((_, at) => at !== index))}
            />
          </li>
        ))}
      </ol>
      <p className="made">{t('measureNote')}</p>
    </ToolCard>
  );
}

function Result({ measured, testId, onRemove }: { measured: Measured; testId: string; onRemove?: () => void }) {
  const { t, number } = useI18n(words);
  const units = useUnits();
  const copy = useCopy();
  const { parts, length, area } = measure(measured);
  const surface = measured.kind === 'surface';
  const areas = units.areas(area);
  const segment = (at: number) => t('measureSegment', { n: number(at + 1) });
  const text = () =>
    [
      ...(surface ? [`${t('measureArea')}\t${areas.map((each) => `${each.text} ${each.unit}`).join('\t')}`] : []),
      `${t(surface ? 'measurePerimeter' : 'measureTotal')}\t${units.length(length)}`,
      ...parts.map((part, at) => `${segment(at)}\t${units.length(part)}`),
    ].join('\n');
  return (
    <article
      className="result"
      data-testid={testId}
      data-length={length.toFixed(3)}
      data-area={area.toFixed(2)}
      aria-live={onRemove ? 'off' : 'polite'}
    >
      <header>
        <b>{surface ? units.area(area) : units.length(length)}</b>
        {onRemove && (
          <Button
            type="text"
            size="small"
            icon={<CopyOutlined />}
            aria-label={t('copyResult')}
            title={t('copyResult')}
            onClick={() => copy(text())}
            data-testid={`${testId}-copy`}
          />
        )}
        {onRemove && (
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={t('measureRemove')}
            title={t('measureRemove')}
            onClick={onRemove}
          />
        )}
      </header>
      {surface && (
        <dl className="units">
          {areas.map(({ unit, text: value }) => (
            <div key={unit}>
              <dt>{unit}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {surface && (
        <p>
          {t('measurePerimeter')} {units.length(length)}
        </p>
      )}
      {parts.length > 1 && (
        <details>
          <summary>{t('measureSegments', { n: number(parts.length) })}</summary>
          <ol>
            {parts.map((part, at) => (
              <li key={at}>
                <span>{segment(at)}</span>
                <span>{units.length(part)}</span>
              </li>
            ))}
          </ol>
        </details>
      )}
    </article>
  );
}
