import './design.css';
import { Alert, Button, Checkbox, ConfigProvider, Input, Select, Skeleton, Switch, Table, Tag } from 'antd';
import type { EChartsCoreOption } from 'echarts/core';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useI18n } from '../../i18n';
import { Chart } from '../../kit/chart/Chart';
import {
  antTheme,
  applyFace,
  type Face,
  FaceContext,
  faces,
  motion,
  scaleNames,
  space,
  type TypeName,
  typeScale,
  useFace,
} from '../../theme';
import { contrast, linear, type Sight, seen, sights } from '../../theme/colour';
import { DesignMap } from './DesignMap';
import { type TextKey, words } from './words';

const SIGHTS: Record<Sight, TextKey> = {
  normal: 'designNormal',
  deuteranopia: 'designDeutan',
  protanopia: 'designProtan',
  tritanopia: 'designTritan',
};
const STREETS: readonly [name: TextKey, cases: number, people: number, onTime: number][] = [
  ['designStreetA', 1284, 168_402, 0.964],
  ['designStreetB', 1037, 121_950, 0.951],
  ['designStreetC', 816, 98_317, 0.972],
  ['designStreetD', 542, 61_208, 0.938],
  ['designStreetE', 319, 40_775, 0.981],
];
const WEEK: readonly [opened: number, closed: number][] = [
  [512, 498],
  [486, 520],
  [533, 507],
  [561, 540],
  [590, 562],
  [428, 470],
  [402, 431],
];
const AGES: readonly [band: string, male: number, female: number][] = [
  ['0–14', 62, 55],
  ['15–24', 41, 37],
  ['25–34', 58, 56],
  ['35–44', 67, 66],
  ['45–54', 72, 71],
  ['55–64', 59, 60],
  ['65–74', 38, 41],
  ['75+', 17, 23],
];

/** Linear light back to what a style sheet writes. */
function css(parts: readonly number[]): string {
  const [r = 0, g = 0, b = 0] = parts.map((part) =>
    Math.round(255 * (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055)),
  );
  return `rgb(${r} ${g} ${b})`;
}

function Block({ title, children }: { title: TextKey; children: ReactNode }) {
  const { t } = useI18n(words);
  return (
    <div className="design-block">
      <h3>{t(title)}</h3>
      {children}
    </div>
  );
}

/** A colour with its name, its value and its contrast: on the surface, or with what is said. */
function Swatches({ of, against }: { of: readonly (readonly [name: string, colour: string])[]; against?: string }) {
  const face = useFace();
  return (
    <ul className="design-swatches">
      {of.map(([name, colour]) => (
        <li key={name}>
          <span className="design-chip" style={{ background: colour }} />
          <b title={name}>{name}</b>
          <code>{colour}</code>
          <span className="design-ratio">{contrast(colour, against ?? face.surface).toFixed(1)}</span>
        </li>
      ))}
    </ul>
  );
}

function pick<K extends keyof Face>(face: Face, ...names: K[]): [string, string][] {
  return names.map((name) => [name, String(face[name])]);
}

function Colours() {
  const face = useFace();
  const numbered = (name: string, colours: readonly string[]) =>
    colours.map((colour, at) => [`${name} ${at + 1}`, colour] as const);
  return (
    <>
      <Block title="designText">
        <Swatches of={pick(face, 'ink', 'muted', 'faint')} />
      </Block>
      <Block title="designGrounds">
        <Swatches of={pick(face, 'surface', 'sunken', 'ground', 'line')} against={face.ink} />
      </Block>
      <Block title="designSigns">
        <Swatches of={pick(face, 'brand', 'brandDeep', 'brandSoft', 'accent', 'good', 'danger')} />
      </Block>
      <Block title="designKinds">
        <Swatches
          of={pick(face, 'case', 'closed', 'person', 'male', 'female', 'organisation', 'component', 'building', 'road')}
        />
      </Block>
      <Block title="designSeverities">
        <Swatches of={numbered('severity', face.severities)} />
      </Block>
      <Block title="designSeries">
        <Swatches of={numbered('series', face.series)} />
      </Block>
    </>
  );
}

function Scales() {
  const face = useFace();
  const { t } = useI18n(words);
  const rows: [string, readonly string[]][] = [
    ...scaleNames.map((name) => [name, face.scales[name]] as [string, readonly string[]]),
    ['series', face.series],
    ['severity', face.severities],
  ];
  return (
    <div className="design-sights">
      <span />
      {sights.map((sight) => (
        <b key={sight}>{t(SIGHTS[sight])}</b>
      ))}
      {rows.map(([name, colours]) => [
        <b key={name}>{name}</b>,
        ...sights.map((sight) => (
          <span className="design-scale" key={`${name}-${sight}`}>
            {colours.map((colour) => (
              <i key={colour} style={{ background: css(sight === 'normal' ? linear(colour) : seen(colour, sight)) }} />
            ))}
          </span>
        )),
      ])}
    </div>
  );
}

function MapColours() {
  const { map } = useFace();
  return (
    <>
      <Block title="designRoads">
        <Swatches of={Object.entries(map.roads)} against={map.land} />
      </Block>
      <Block title="designBoundaries">
        <Swatches of={Object.entries(map.boundaries)} against={map.land} />
      </Block>
      <Block title="designBuildings">
        <Swatches of={Object.entries(map.buildings)} against={map.land} />
      </Block>
    </>
  );
}

function Type() {
  const { t } = useI18n(words);
  // The greatest sizes are for figures, and a whole sentence would find no room beside itself.
  return (
    <>
      {(Object.keys(typeScale) as TypeName[]).map((name) => (
        <div className="design-type" key={name}>
          <code>
            {name} · {typeScale[name].size}
          </code>
          <span style={{ font: `var(--type-${name})` }}>
            {t(parseFloat(typeScale[name].size) > 40 ? 'designShort' : 'designSample')}
          </span>
        </div>
      ))}
      <div className="design-type">
        <code>{t('designFigures')}</code>
        <span className="design-figures">
          <span>1,111,710.48</span>
          <span>8,026,395.17</span>
        </span>
      </div>
    </>
  );
}

function Space() {
  return (
    <div className="design-space">
      {Object.entries(space).map(([name, size]) => (
        <div key={name}>
          <i style={{ width: size, height: size }} />
          <code>
            {name} · {size}
          </code>
        </div>
      ))}
    </div>
  );
}

function Elevation() {
  return (
    <div className="design-elevation">
      {[1, 2, 3].map((step) => (
        <div key={step} style={{ boxShadow: `var(--elevation${step})` }}>
          <code>elevation {step}</code>
        </div>
      ))}
    </div>
  );
}

function Motion() {
  return (
    <div className="design-motion">
      {Object.entries(motion).map(([name, time]) => (
        <div key={name}>
          <code>
            {name} · {time}
          </code>
          <span>
            <i style={{ animationDuration: `calc(${time} * 4)` }} />
          </span>
        </div>
      ))}
    </div>
  );
}

function Components() {
  const { t, number } = useI18n(words);
  const face = useFace();
  const severities: TextKey[] = ['designOrdinary', 'designNotable', 'designGrave', 'designGravest'];
  const columns = [
    { title: t('designStreet'), dataIndex: 'name' },
    { title: t('designCases'), dataIndex: 'cases', align: 'right' as const },
    { title: t('designPopulation'), dataIndex: 'people', align: 'right' as const },
    { title: t('designOnTime'), dataIndex: 'onTime', align: 'right' as const },
  ];
  const rows = STREETS.map(([name, cases, people, onTime]) => ({
    key: name,
    name: t(name),
    cases: number(cases),
    people: number(people),
    onTime: `${number(onTime * 100, 1)}%`,
  }));
  return (
    <>
      <Block title="designButtons">
        <div className="design-row">
          <Button type="primary">{t('designPrimary')}</Button>
          <Button>{t('designDefault')}</Button>
          <Button type="dashed">{t('designDashed')}</Button>
          <Button type="link">{t('designLink')}</Button>
          <Button danger>{t('designDanger')}</Button>
          <Button disabled>{t('designDisabled')}</Button>
        </div>
      </Block>
      <Block title="designInputs">
        <div className="design-row">
          <Input aria-label={t('designSearch')} placeholder={t('designSearch')} className="design-input" />
          <Select
            aria-label={t('designSelect')}
            defaultValue="any"
            options={[{ value: 'any', label: t('designSelect') }]}
          />
          <Checkbox defaultChecked>{t('designCheck')}</Checkbox>
          <label className="design-switch">
            <Switch defaultChecked aria-label={t('designSwitch')} />
            {t('designSwitch')}
          </label>
        </div>
      </Block>
      <Block title="designTags">
        <div className="design-row">
          {severities.map((key, at) => (
            <Tag key={key} variant="outlined" style={{ color: face.ink, borderColor: face.severities[at] }}>
              <i className="design-dot" style={{ background: face.severities[at] }} />
              {t(key)}
            </Tag>
          ))}
          <Tag>
            <i className="design-dot" style={{ background: face.case }} />
            {t('designOpen')}
          </Tag>
          <Tag>
            <i className="design-dot" style={{ background: face.closed }} />
            {t('designClosed')}
          </Tag>
        </div>
      </Block>
      <Block title="designAlerts">
        <div className="design-alerts">
          <Alert type="info" showIcon title={t('designAlertInfo')} />
          <Alert type="success" showIcon title={t('designAlertGood')} />
          <Alert type="warning" showIcon title={t('designAlertWarn')} />
          <Alert type="error" showIcon title={t('designAlertBad')} />
        </div>
      </Block>
      <Block title="designTable">
        <Table size="small" pagination={false} columns={columns} dataSource={rows} />
      </Block>
      <div className="design-pair">
        <Block title="designPanel">
          <div className="design-panel">
            <span>{t('designToday')}</span>
            <strong>{number(4317)}</strong>
            <em>−3.2% {t('designAgainst')}</em>
          </div>
        </Block>
        <Block title="designSkeleton">
          <div className="design-panel">
            <Skeleton active title={false} paragraph={{ rows: 4 }} />
          </div>
        </Block>
      </div>
    </>
  );
}

function Charts() {
  const { t, number } = useI18n(words);
  const face = useFace();
  const [bar, line, pyramid] = useMemo<EChartsCoreOption[]>(() => {
    const text = { color: face.muted, fontSize: 12 };
    const quiet = { axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false } };
    const rows = [...STREETS].reverse();
    const legend = { top: 0, right: 0, itemWidth: 10, itemHeight: 10, textStyle: text };
    return [
      {
        grid: { left: 96, right: 52, top: 4, bottom: 4 },
        xAxis: { type: 'value', ...quiet, axisLabel: { show: false } },
        yAxis: { type: 'category', data: rows.map(([name]) => t(name)), ...quiet, axisLabel: text },
        series: [
          {
            type: 'bar',
            barWidth: 12,
            color: face.series[0],
            itemStyle: { borderRadius: [0, 3, 3, 0] },
            data: rows.map(([, cases]) => cases),
            label: {
              show: true,
              position: 'right',
              ...text,
              formatter: ({ value }: { value: number }) => number(value),
            },
          },
        ],
      },
      {
        grid: { left: 40, right: 12, top: 28, bottom: 24 },
        legend,
        xAxis: {
          type: 'category',
          data: WEEK.map((_, at) => `11-${17 + at}`),
          axisTick: { show: false },
          axisLine: { lineStyle: { color: face.line } },
          axisLabel: text,
        },
        yAxis: {
          type: 'value',
          scale: true,
          splitNumber: 3,
          axisLabel: text,
          splitLine: { lineStyle: { color: face.line } },
        },
        series: [
          {
            name: t('designReplayed'),
            type: 'line',
            smooth: 0.3,
            symbolSize: 5,
            color: face.series[1],
            areaStyle: { opacity: 0.12 },
            data: WEEK.map(([opened]) => opened),
          },
          {
            name: t('designFinished'),
            type: 'line',
            smooth: 0.3,
            symbolSize: 5,
            color: face.series[0],
            data: WEEK.map(([, closed]) => closed),
          },
        ],
      },
      {
        grid: { left: 48, right: 12, top: 28, bottom: 4 },
        legend,
        xAxis: { type: 'value', ...quiet, axisLabel: { show: false } },
        yAxis: { type: 'category', data: AGES.map(([band]) => band), ...quiet, axisLabel: text },
        series: [
          {
            name: t('designMale'),
            type: 'bar',
            stack: 'age',
            barCategoryGap: '18%',
            color: face.male,
            data: AGES.map(([, male]) => -male),
          },
          {
            name: t('designFemale'),
            type: 'bar',
            stack: 'age',
            color: face.female,
            data: AGES.map(([, , female]) => female),
          },
        ],
      },
    ];
  }, [face, t, number]);
  return (
    <div className="design-charts">
      <Block title="designBar">
        <Chart option={bar ?? {}} height="200px" label={t('designBar')} />
      </Block>
      <Block title="designLine">
        <Chart option={line ?? {}} height="200px" label={t('designLine')} />
      </Block>
      <Block title="designPyramid">
        <Chart option={pyramid ?? {}} height="200px" label={t('designPyramid')} />
      </Block>
    </div>
  );
}

/** Whatever is below stands in this face. */
function Faced({ face, children }: { face: Face; children: ReactNode }) {
  const element = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    if (element.current) applyFace(element.current, face);
    setReady(true);
  }, [face]);
  return (
    <div ref={element} className="design-face">
      {ready && (
        <ConfigProvider theme={antTheme(face)}>
          <FaceContext value={face}>{children}</FaceContext>
        </ConfigProvider>
      )}
    </div>
  );
}

const CHAPTERS: readonly [title: TextKey, Body: () => ReactNode][] = [
  ['designMap', DesignMap],
  ['designColours', Colours],
  ['designScales', Scales],
  ['designMapColours', MapColours],
  ['designType', Type],
  ['designSpace', Space],
  ['designElevation', Elevation],
  ['designMotion', Motion],
  ['designComponents', Components],
  ['designCharts', Charts],
];

/** Every part of the theme in both faces, side by side. */
export default function Design() {
  const { t } = useI18n(words);
  return (
    <main className="design">
      <header>
        <h1>{t('designTitle')}</h1>
        <p>{t('designLead')}</p>
      </header>
      {CHAPTERS.map(([title, Body], at) => (
        <section key={title} aria-labelledby={title}>
          <h2 id={title}>
            <span>{String(at + 1).padStart(2, '0')}</span>
            {t(title)}
          </h2>
          <div className="design-faces">
            {[faces.light, faces.dark].map((face) => (
              <Faced key={face.name} face={face}>
                <p className="design-name">{t(face.name === 'light' ? 'designLight' : 'designDark')}</p>
                <Body />
              </Faced>
            ))}
          </div>
        </section>
      ))}
    </main>
  );
}
