import { BarChartOutlined, BgColorsOutlined, BlockOutlined, DiffOutlined, StarOutlined } from '@ant-design/icons';
import { App, Button, InputNumber, Skeleton, Tooltip } from 'antd';
import type { Polygon } from 'geojson';
import { type ReactNode, useState } from 'react';
import type { Session } from '../../../api/client';
import { type Area, useRegion, useStatistics } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { along } from '../../../keys/focus';
import { Boundary, Part } from '../../../kit/part/Boundary';
import { lazily } from '../../../kit/part/lazily';
import { boundsOf } from '../../../map/bounds';
import { circle, circleOf } from '../../../map/circle';
import type { MapController } from '../../../map/controller';
import { StatisticsPanel } from '../StatisticsPanel';
import { words } from '../words';
import { DownloadMenu } from './DownloadMenu';
import { ShareMenu } from './ShareMenu';
import { type Choropleth, type Compared, MOST_COMPARED, type PlannerTab, plannerTabs, same } from './state';
import { useDownloads } from './useDownloads';
import type { Planner } from './usePlanner';

// Most who open the map read figures; the other tabs come when they are opened.
const ComparePanel = lazily(() => import('./ComparePanel').then((module) => ({ default: module.ComparePanel })));
const ChoroplethPanel = lazily(() =>
  import('./ChoroplethPanel').then((module) => ({ default: module.ChoroplethPanel })),
);
const SavedPanel = lazily(() => import('./SavedPanel').then((module) => ({ default: module.SavedPanel })));
const RegionPicker = lazily(() => import('./RegionPicker').then((module) => ({ default: module.RegionPicker })));

const ICONS: Record<PlannerTab, ReactNode> = {
  statistics: <BarChartOutlined />,
  compare: <DiffOutlined />,
  choropleth: <BgColorsOutlined />,
  saved: <StarOutlined />,
};

interface Props {
  session: Session;
  area: Area | null;
  planner: Planner;
  controller: MapController | null;
  onRegion: (code: number, bbox: readonly number[] | null | undefined) => void;
  /** A region of the ranking was chosen. */
  onRanked: (code: number) => void;
  onArea: (area: Area) => void;
  onWidth: (width: number) => void;
  /** A drawn area gets another shape while a figure of it is typed, which is no step of its own. */
  onReshape: (polygon: Polygon) => void;
  onChoropleth: (map: Choropleth) => void;
}

/** What stands beside the map: the figures of an area, the comparison, the choropleth, what was kept. */
export function PlannerPanel({
  session,
  area,
  planner,
  controller,
  onRegion,
  onRanked,
  onArea,
  onWidth,
  onReshape,
  onChoropleth,
}: Props) {
  const { t } = useI18n(words);
  const { message } = App.useApp();
  const { state, change, classed, columns } = planner;
  const region = useRegion(area?.kind === 'region' ? area.code : null);
  const statistics = useStatistics(area);
  // An area that was kept goes by its name as long as it is this one.
  const [kept, keep] = useState<Compared | null>(null);
  const own = area && kept && same(kept.area, area) ? kept.name : '';
  const name =
    own !== ''
      ? own
      : area?.kind === 'drawn'
        ? t('drawnArea')
        : area?.kind === 'regions'
          ? `${t('chosenRegions')} (${area.codes.length})`
          : (region.data?.name ?? '');
  const counted = statistics.isPlaceholderData ? undefined : statistics.data;
  const downloads = useDownloads(planner, controller, area && { area, name, statistics: counted });
  const there = area !== null && state.compared.some((compared) => same(compared.area, area));
  const full = state.compared.length >= MOST_COMPARED;
  const compare = () => {
    if (!area) return;
    change({ compared: [...state.compared, { area, name: own }] });
    void message.success(`${t('addToCompare')} ${state.compared.length + 1}/${MOST_COMPARED}`);
  };
  const go = (to: Area, bbox: readonly number[] | null) => {
    if (to.kind === 'drawn') controller?.fit(boundsOf(to.polygon));
    else if (bbox) controller?.fit(bbox);
  };

  const round = area?.kind === 'drawn' && !planner.line ? circleOf(area.polygon) : null;

  const actions = (
    <div className="actions">
      <Tooltip title={full && !there ? t('compareFull') : ''}>
        <Button
          size="small"
          icon={<BlockOutlined />}
          disabled={there || full}
          onClick={compare}
          data-testid="add-compare"
        >
          {t(there ? 'inComparison' : 'addToCompare')}
        </Button>
      </Tooltip>
      <DownloadMenu label={t('downloadAreas')} downloads={downloads.area} testId="download-area" />
      <ShareMenu />
      {planner.line && area?.kind === 'drawn' && (
        <label className="width">
          <span>{t('corridorWidth')}</span>
          <InputNumber
            size="small"
            min={1}
            max={50_000}
            step={50}
            value={planner.width}
            onChange={(width) => width && onWidth(width)}
            data-testid="corridor-width"
          />
        </label>
      )}
      {round && (
        <label className="width">
          <span>{t('circleRadius')}</span>
          <InputNumber
            size="small"
            min={1}
            max={50_000}
            step={50}
            precision={0}
            value={Math.round(round.radius)}
            onChange={(radius) => radius && onReshape(circle(round.centre, radius))}
            data-testid="circle-radius"
          />
        </label>
      )}
      {area?.kind === 'regions' && (
        <Part waiting={<Skeleton.Input active block />}>
          <RegionPicker chosen={state.chosen} onChange={(chosen) => change({ chosen })} />
        </Part>
      )}
    </div>
  );

  return (
    <div className="card planner">
      <div
        className="planner-tabs"
        role="tablist"
        aria-label={t('planner')}
        onKeyDown={(event) => along(event)?.click()}
      >
        {plannerTabs.map((tab) => (
          <button
            key={tab}
            id={`planner-tab-${tab}`}
            type="button"
            role="tab"
            aria-selected={state.tab === tab}
            aria-controls="planner-panel"
            tabIndex={state.tab === tab ? 0 : -1}
            onClick={() => change({ tab })}
            data-testid={`planner-${tab}`}
          >
            {ICONS[tab]}
            <span>{t(tab)}</span>
            {tab === 'compare' && state.compared.length > 0 && <b>{state.compared.length}</b>}
          </button>
        ))}
      </div>
      <div
        id="planner-panel"
        className="planner-panel"
        role="tabpanel"
        aria-labelledby={`planner-tab-${state.tab}`}
        tabIndex={-1}
      >
        {state.tab === 'statistics' && (
          <Boundary of="panel">
            <StatisticsPanel
              area={area}
              permissions={session.permissions}
              onRegion={onRegion}
              name={name}
              actions={actions}
            />
          </Boundary>
        )}
        <Part
          key={state.tab}
          waiting={
            <div className="planner-body">
              <Skeleton active />
            </div>
          }
        >
          {state.tab === 'compare' && (
            <ComparePanel
              state={state}
              columns={columns}
              region={area?.kind === 'region' ? area.code : null}
              inPart={counted?.in_part ?? false}
              downloads={downloads.compare}
              onChange={change}
              onGo={(column) => go(column.area, column.bbox)}
            />
          )}
          {state.tab === 'choropleth' && (
            <ChoroplethPanel
              map={state.choropleth}
              classed={classed}
              permissions={session.permissions}
              onChange={onChoropleth}
              onRegion={onRanked}
              downloads={downloads.table}
            />
          )}
          {state.tab === 'saved' && (
            <SavedPanel
              area={area}
              areaName={name}
              onArea={(found, by) => {
                keep({ area: found, name: by });
                onArea(found);
                go(found, null);
              }}
            />
          )}
        </Part>
      </div>
    </div>
  );
}
