import {
  AimOutlined,
  AppstoreAddOutlined,
  BorderOuterOutlined,
  ClearOutlined,
  ColumnWidthOutlined,
  CompassOutlined,
  EditOutlined,
  EnvironmentOutlined,
  HomeOutlined,
  InfoCircleOutlined,
  LinkOutlined,
  MacCommandOutlined,
  MinusOutlined,
  NodeIndexOutlined,
  PlusOutlined,
  PrinterOutlined,
  SplitCellsOutlined,
} from '@ant-design/icons';
import { App, Button, Tooltip } from 'antd';
import { Fragment, type ReactNode } from 'react';
import { useI18n } from '../../i18n';
import { along } from '../../keys/focus';
import { Keys } from '../../keys/Keys';
import { isTouch } from '../../kit/touch';
import type { Tool } from '../../map/controller';
import type { MapTools, PanelName } from './tools/useMapTools';
import { type TextKey, words } from './words';

interface Props {
  tool: Tool;
  onTool: (tool: Tool) => void;
  onCoordinates: () => void;
  hasArea: boolean;
  onClear: () => void;
  onHome: () => void;
  onLocate: (place: { lon: number; lat: number }) => void;
  onZoom: (steps: number) => void;
  onShare: () => void;
  tools: MapTools;
}

/** The tools that have a panel. */
const PANELS: readonly [PanelName, TextKey, ReactNode][] = [
  ['identify', 'toolIdentify', <InfoCircleOutlined key="identify" />],
  ['measure', 'toolMeasure', <ColumnWidthOutlined key="measure" />],
  ['coordinates', 'toolCoordinates', <EnvironmentOutlined key="coordinates" />],
  ['swipe', 'toolSwipe', <SplitCellsOutlined key="swipe" />],
];

const LOCATE_MS = 10_000;

/** The drawing tools are fetched before they are asked for; should that fail, they are asked for again then. */
const fetchAhead = () => void import('../../map/draw').catch(() => undefined);

/** What is done on the map: zoom, draw, clear, ask and measure, compare, print, share. */
export function Tools({
  tool,
  onTool,
  onCoordinates,
  hasArea,
  onClear,
  onHome,
  onLocate,
  onZoom,
  onShare,
  tools,
}: Props) {
  const { t } = useI18n(words);
  const { message } = App.useApp();
  const locate = () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => onLocate({ lon: coords.longitude, lat: coords.latitude }),
      () => void message.warning(t('locateFailed')),
      { enableHighAccuracy: true, timeout: LOCATE_MS, maximumAge: 60_000 },
    );
  const button = (
    label: string,
    icon: ReactNode,
    onClick: () => void,
    extra: { pressed?: boolean; testId?: string; disabled?: boolean } = {},
  ) => (
    <Tooltip title={label} placement="left">
      <Button
        type="text"
        icon={icon}
        aria-label={label}
        aria-pressed={extra.pressed}
        disabled={extra.disabled ?? false}
        onClick={onClick}
        data-testid={extra.testId}
      />
    </Tooltip>
  );
  return (
    <div
      className="toolbar card"
      role="toolbar"
      aria-label={t('tools')}
      aria-orientation="vertical"
      onKeyDown={along}
      onPointerEnter={fetchAhead}
      onFocus={fetchAhead}
    >
      {isTouch() && button(t('locateMe'), <CompassOutlined />, locate, { testId: 'locate-me' })}
      {button(t('zoomIn'), <PlusOutlined />, () => onZoom(1))}
      {button(t('zoomOut'), <MinusOutlined />, () => onZoom(-1))}
      {button(t('home'), <HomeOutlined />, onHome)}
      <hr />
      {button(t('drawPolygon'), <BorderOuterOutlined />, () => onTool(tool === 'polygon' ? null : 'polygon'), {
        pressed: tool === 'polygon',
        testId: 'draw-polygon',
      })}
      {button(t('drawCircle'), <AimOutlined />, () => onTool(tool === 'circle' ? null : 'circle'), {
        pressed: tool === 'circle',
        testId: 'draw-circle',
      })}
      {button(t('drawCorridor'), <NodeIndexOutlined />, () => onTool(tool === 'corridor' ? null : 'corridor'), {
        pressed: tool === 'corridor',
        testId: 'draw-corridor',
      })}
      {button(t('chooseRegions'), <AppstoreAddOutlined />, () => onTool(tool === 'regions' ? null : 'regions'), {
        pressed: tool === 'regions',
        testId: 'choose-regions',
      })}
      {button(t('byCoordinates'), <EditOutlined />, onCoordinates, { testId: 'by-coordinates' })}
      {button(t('clearArea'), <ClearOutlined />, onClear, { disabled: !hasArea })}
      <hr />
      {PANELS.map(([panel, title, icon]) => (
        <Fragment key={panel}>
          {button(t(title), icon, () => tools.open(tools.panel === panel ? null : panel), {
            pressed: tools.panel === panel,
            testId: `tool-${panel}`,
          })}
        </Fragment>
      ))}
      <hr />
      {button(t('toolPrint'), <PrinterOutlined />, () => tools.setPrinting(true), { testId: 'tool-print' })}
      {button(t('share'), <LinkOutlined />, onShare, { testId: 'share' })}
      <Keys page="desk" button={(label, open) => button(label, <MacCommandOutlined />, open, { testId: 'keys' })} />
    </div>
  );
}
