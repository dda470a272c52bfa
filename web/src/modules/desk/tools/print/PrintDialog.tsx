import { FilePdfOutlined, PrinterOutlined } from '@ant-design/icons';
import { Alert, Button, Checkbox, Input, Modal, Segmented, Select, Spin } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useCity, useLayers, useRegion } from '../../../../api/hooks';
import { useI18n } from '../../../../i18n';
import { useReturnFocus } from '../../../../keys/focus';
import { fileName, keep } from '../../../../kit/downloads';
import { layerColour } from '../../../../map/colours';
import type { MapController } from '../../../../map/controller';
import { creditsOf } from '../../../../map/credits';
import type { Colouring } from '../../../../map/overlay';
import { complete, drawnAt, type Stack } from '../../../../map/stack';
import { faces, tokens } from '../../../../theme';
import { useClassNames, useMapTitle } from '../../planner/Legend';
import { onePage } from '../../planner/pdf';
import { blobOf, type PaperLegend } from '../../planner/picture';
import type { Planner } from '../../planner/usePlanner';
import { type TextKey, words } from '../../words';
import { drawChart } from './chart';
import { toPrinter } from './printer';
import {
  type Content,
  drawSheet,
  type GridKind,
  inches,
  layoutOf,
  type Orientation,
  type PaperName,
  pageOf,
  type Sign,
} from './sheet';
import { usePlaceName } from './usePlaceName';

const [FINE, ROUGH] = [200, 72];
const QUALITY = 0.92;
const SOON_MS = 350;
const SCALES = [500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000];
const GRIDS: readonly GridKind[] = ['none', 'corners', 'lines'];

interface Props {
  controller: MapController;
  planner: Planner;
  hidden: ReadonlySet<string>;
  stack: Stack;
  /** The region that is counted, if it is one. */
  region: number | null;
  onClose: () => void;
}

/** The map on paper: laid out, looked at, saved as a PDF or sent to a printer. */
export function PrintDialog({ controller, planner, hidden, stack, region, onClose }: Props) {
  useReturnFocus();
  const { t, language, number, time } = useI18n(words);
  const city = useCity();
  const home = useRegion(city.data?.code ?? null);
  const place = usePlaceName(controller, region);
  const layers = useLayers();
  const { state, classed } = planner;
  const classes = useClassNames(classed);
  const mapTitle = useMapTitle(state.choropleth, classed);
  const coloured = state.choropleth.on && classes.length > 0;
  const [title, setTitle] = useState<string | null>(null);
  const [paper, setPaper] = useState<PaperName>('A4');
  const [orientation, setOrientation] = useState<Orientation>('landscape');
  const [scale, setScale] = useState<number | null>(null);
  const [grid, setGrid] = useState<GridKind>('lines');
  const [legend, setLegend] = useState(true);
  const [preview, setPreview] = useState('');
  const [busy, setBusy] = useState(true);
  const [failed, setFailed] = useState(false);
  const name =
    title ??
    ([place ?? city.data?.name, coloured ? mapTitle.title : t('printMap')].filter(Boolean).join(' ') || t('product'));
  const layout = layoutOf(paper, orientation);

  const sheet = async (dots: number): Promise<HTMLCanvasElement> => {
    const drawn = drawnAt(controller.map, controller.map.getZoom());
    const signs = complete(stack.order).flatMap((layer): Sign[] => {
      const info = layers.data?.layers.find((each) => each.name === layer);
      if (!info || hidden.has(layer) || !drawn.includes(layer)) return [];
      return [
        {
          title: language === 'en' ? info.title.en : info.title.zh,
          colour: layerColour(layer) ?? tokens.muted,
          kind: info.geometry.toLowerCase() as Sign['kind'],
        },
      ];
    });
    const ofClasses: PaperLegend | null = coloured
      ? {
          ...mapTitle,
          items: classes.map((text, at) => ({
            colour: classed.shades[at] ?? faces.light.faint,
            text,
            count: number(classed.counts[at] ?? 0),
          })),
        }
      : null;
    const colouring: Colouring | null = state.choropleth.on
      ? {
          level: state.choropleth.level,
          shades: classed.shades,
          classes: new Map(classed.rows.map((row) => [row.code, row.shown ? row.class : -1])),
        }
      : null;
    const chart = await drawChart(
      controller.map,
      { width: inches(layout.frame.width), height: inches(layout.frame.height) },
      dots,
      scale,
      colouring,
    );
    const content: Content = {
      title: name,
      subtitle: `${coloured ? `${mapTitle.title} · ${mapTitle.under} · ` : ''}${t('pageMade')} ${time(new Date().toISOString())} · ${t('product')}`,
      system: t('printSystem'),
      sources: [
        ...creditsOf(city.data, t).map((credit) => `${credit}${t('sentenceEnd')}`),
        `${t('printSources')}${home.data?.source || t('sourceUnknown')}${t('sentenceEnd')}`,
        city.data?.made && t('boundariesMade'),
        t('boundariesNote'),
        city.data?.made && t('made'),
        ...chart.attributions,
      ]
        .filter(Boolean)
        .join(language === 'en' ? ' ' : ''),
      north: t('printNorth'),
      grid,
      legend: legend ? { title: t('legend'), signs, classes: ofClasses } : null,
      number,
      units: { metres: t('metres'), kilometres: t('kilometres') },
    };
    return drawSheet(layout, chart, content, dots);
  };
  const draw = useRef(sheet);
  useEffect(() => {
    draw.current = sheet;
  });

  // The preview follows the choices, and waits while they are still being made.
  const known = layers.data !== undefined && city.data !== undefined && !home.isPending && place !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sheet is drawn anew for each choice that it shows
  useEffect(() => {
    if (!known) return undefined;
    let wanted = true;
    setBusy(true);
    const timer = window.setTimeout(() => {
      draw.current(ROUGH).then(
        (canvas) => {
          if (!wanted) return;
          setPreview(canvas.toDataURL('image/png'));
          setFailed(false);
          setBusy(false);
        },
        () => {
          if (!wanted) return;
          setFailed(true);
          setBusy(false);
        },
      );
    }, SOON_MS);
    return () => {
      wanted = false;
      window.clearTimeout(timer);
    };
  }, [known, name, paper, orientation, scale, grid, legend, language]);

  const make = async (use: (jpeg: Blob, canvas: HTMLCanvasElement) => Promise<void> | void) => {
    setBusy(true);
    try {
      const canvas = await sheet(FINE);
      await use(await blobOf(canvas, 'image/jpeg', QUALITY), canvas);
      setFailed(false);
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };
  const save = () =>
    make(async (jpeg, canvas) =>
      keep(onePage(new Uint8Array(await jpeg.arrayBuffer()), canvas, name, pageOf(layout)), fileName(name, 'pdf')),
    );
  const print = () => make((jpeg) => toPrinter(jpeg, `${paper} ${orientation}`));

  return (
    <Modal
      open
      className="print-dialog"
      width={960}
      title={t('printTitle')}
      onCancel={onClose}
      footer={[
        <Button
          key="print"
          icon={<PrinterOutlined />}
          disabled={busy}
          onClick={() => void print()}
          data-testid="print-now"
        >
          {t('printNow')}
        </Button>,
        <Button
          key="save"
          type="primary"
          icon={<FilePdfOutlined />}
          disabled={busy}
          onClick={() => void save()}
          data-testid="print-save"
        >
          {t('printSave')}
        </Button>,
      ]}
    >
      <div className="print" data-testid="print-dialog" data-busy={busy}>
        <div className="print-form">
          <label className="field">
            <span>{t('printHeading')}</span>
            <Input
              value={name}
              maxLength={60}
              onChange={(event) => setTitle(event.target.value)}
              data-testid="print-heading"
            />
          </label>
          <label className="field">
            <span>{t('printPaper')}</span>
            <Segmented<PaperName>
              block
              value={paper}
              onChange={setPaper}
              options={['A4', 'A3']}
              data-testid="print-paper"
            />
          </label>
          <label className="field">
            <span>{t('printOrientation')}</span>
            <Segmented<Orientation>
              block
              value={orientation}
              onChange={setOrientation}
              options={[
                { value: 'landscape', label: t('printLandscape') },
                { value: 'portrait', label: t('printPortrait') },
              ]}
              data-testid="print-orientation"
            />
          </label>
          <label className="field">
            <span>{t('printScale')}</span>
            <Select
              value={scale ?? 0}
              onChange={(value) => setScale(value === 0 ? null : value)}
              aria-label={t('printScale')}
              data-testid="print-scale"
              options={[
                { value: 0, label: t('printScaleView') },
                ...SCALES.map((value) => ({ value, label: `1 : ${number(value)}` })),
              ]}
            />
          </label>
          <label className="field">
            <span>{t('printGrid')}</span>
            <Segmented<GridKind>
              block
              value={grid}
              onChange={setGrid}
              options={GRIDS.map((kind) => ({ value: kind, label: t(`printGrid_${kind}` as TextKey) }))}
              data-testid="print-grid"
            />
          </label>
          <Checkbox checked={legend} onChange={(event) => setLegend(event.target.checked)}>
            {t('printLegend')}
          </Checkbox>
          {failed && <Alert type="error" showIcon title={t('printFailed')} role="alert" />}
        </div>
        <figure className="print-preview" aria-busy={busy} data-shape={orientation}>
          {preview !== '' && <img src={preview} alt={`${t('printPreview')}: ${name}`} data-testid="print-preview" />}
          {busy && (
            <div className="print-busy" role="status">
              <Spin />
              <span>{t('printWorking')}</span>
            </div>
          )}
        </figure>
      </div>
    </Modal>
  );
}
