import { useMemo } from 'react';
import type { Statistics } from '../../../api/client';
import { type Area, areaRequest, useCity, useCodes, useRegion } from '../../../api/hooks';
import { useI18n } from '../../../i18n';
import { downloadAreas, downloadRegions, fileName, keep } from '../../../kit/downloads';
import { fetchPart } from '../../../kit/part/fetching';
import { baseAttribution } from '../../../map/basemaps';
import type { MapController } from '../../../map/controller';
import { creditsOf } from '../../../map/credits';
import { nameOf } from '../../../map/describe';
import { useFace } from '../../../theme';
import { words } from '../words';
import type { Download } from './DownloadMenu';
import { AGES, aged, factOf, facts, sayFact, sayInPart } from './facts';
import { useClassNames, useMapTitle } from './Legend';
import type { Paper } from './page';
import type { PaperLegend } from './picture';
import type { Planner } from './usePlanner';

/** An area with its name and, when they are there, its figures. */
export interface Counted {
  area: Area;
  name: string;
  statistics: Statistics | undefined;
}

const TOP = 8;

/** Everything that can be downloaded: of the area, of the comparison, of the choropleth, of the map. */
export function useDownloads(
  planner: Planner,
  controller: MapController | null,
  counted: Counted | null,
): { area: Download[]; compare: Download[]; table: Download[] } {
  const i18n = useI18n(words);
  const { t, number, squareMetres, time, language } = i18n;
  const face = useFace();
  const city = useCity();
  const home = useRegion(city.data?.code ?? null);
  const codes = useCodes();
  const { classed, columns, state } = planner;
  const classes = useClassNames(classed);
  const mapTitle = useMapTitle(state.choropleth, classed);

  return useMemo(() => {
    const legend: PaperLegend | null =
      state.choropleth.on && classes.length > 0
        ? {
            ...mapTitle,
            items: classes.map((text, index) => ({
              colour: classed.shades[index] ?? face.faint,
              text,
              count: number(classed.counts[index] ?? 0),
            })),
          }
        : null;
    const made = () => `${t('pageMade')} ${time(new Date().toISOString())}`;
    const files = (areas: { area: Area; name: string }[], name: string): Download[] => {
      const named = areas.map((each) => ({ name: each.name, area: areaRequest(each.area) }));
      return [
        { key: 'xlsx', label: 'downloadXlsx', run: () => downloadAreas(named, 'xlsx', name) },
        { key: 'csv', label: 'downloadCsv', run: () => downloadAreas(named, 'csv', name) },
        { key: 'geojson', label: 'downloadGeoJson', run: () => downloadAreas(named, 'geojson', name) },
      ];
    };
    const png = (title: string): Download => ({
      key: 'png',
      label: 'downloadPng',
      run: async () => {
        if (!controller) return;
        const { mapPicture } = await fetchPart(() => import('./picture'));
        keep(
          await mapPicture(
            controller.map,
            {
              title,
              foot: [
                baseAttribution(controller.map),
                ...creditsOf(city.data, t),
                city.data?.made && t('boundariesMade'),
                t('boundariesNote'),
                t('product'),
                made(),
              ]
                .filter(Boolean)
                .join(' · '),
            },
            legend,
            columns,
          ),
          fileName(title, 'png'),
        );
      },
    });
    const pdf = (title: string, content: Pick<Paper, 'keys' | 'bars' | 'table'>, note: string): Download => ({
      key: 'pdf',
      label: 'downloadPdf',
      run: async () => {
        if (!controller) return;
        const { paper } = await fetchPart(() => import('./page'));
        const below = baseAttribution(controller.map);
        const sources = [
          note,
          ...creditsOf(city.data, t).map((credit) => `${credit}${t('sentenceEnd')}`),
          `${t('pageSources')}${home.data?.source || t('sourceUnknown')}${t('sentenceEnd')}`,
          city.data?.made && t('boundariesMade'),
          t('boundariesNote'),
          below && `${t('baseMap')}${language === 'en' ? ': ' : '：'}${below}${t('sentenceEnd')}`,
          city.data?.made && t('made'),
        ]
          .filter(Boolean)
          .join(language === 'en' ? ' ' : '');
        keep(
          await paper(controller.map, {
            title,
            subtitle: `${t('pageTitle')} · ${made()}`,
            legend,
            pins: columns,
            sources,
            ...content,
          }),
          fileName(title, 'pdf'),
        );
      },
    });

    const ofArea = (statistics: Statistics): Pick<Paper, 'keys' | 'bars' | 'table'> => {
      const named = (table: string, rows: { code: string; count: number }[]) =>
        rows
          .toSorted((a, b) => b.count - a.count)
          .slice(0, TOP)
          .map(({ code, count }) => ({
            name: nameOf(codes.data, table, code, language),
            value: count,
            text: number(count),
          }));
      const people = statistics.people;
      return {
        table: null,
        keys: [
          {
            label: t('area'),
            value: `${number(statistics.area_m2 / 1e6, 2)} ${t('km2')}`,
            note:
              people && !statistics.in_part
                ? `${t('cmpDensity')} ${number(people.total / (statistics.area_m2 / 1e6))}`
                : '',
          },
          ...(people
            ? [
                {
                  label: t('people'),
                  value: number(people.total),
                  note: statistics.households == null ? '' : `${number(statistics.households)} ${t('households')}`,
                },
              ]
            : []),
          {
            label: t('buildings'),
            value: number(statistics.buildings.total),
            note: squareMetres(statistics.buildings.floor_area_m2),
          },
          {
            label: t('cases'),
            value: number(statistics.cases.total),
            note: `${t('openCases')} ${number(statistics.cases.open)}`,
          },
          { label: t('organisations'), value: number(statistics.organisations.total), note: '' },
          { label: t('components'), value: number(statistics.components.total), note: '' },
        ],
        bars: [
          ...(people && people.total > 0
            ? [
                {
                  title: t('agesShort'),
                  rows: AGES.map(([from, below]) => ({
                    name: below === Infinity ? `${from}+` : `${from}–${below - 1}`,
                    value: aged(statistics, from, below) ?? 0,
                    text: number(aged(statistics, from, below) ?? 0),
                  })),
                },
              ]
            : []),
          { title: t('casesTitle'), rows: named('case_major', statistics.cases.categories) },
          { title: t('usesTitle'), rows: named('building_use', statistics.buildings.uses) },
        ].filter(({ rows }) => rows.length > 0),
      };
    };

    const rows = classed.rows.map((row) => ({
      region: String(row.code),
      value: row.value ?? null,
      class: row.value === undefined ? null : row.class,
    }));
    const report = (format: 'xlsx' | 'csv' | 'geojson') =>
      downloadRegions({ format, title: mapTitle.title, unit: mapTitle.under, classes, rows }, mapTitle.title);
    const compared = columns.map(({ area, label }) => ({ area, name: label }));
    const table = {
      heads: columns.map(({ letter, colour, ink, name }) => ({ letter, colour, ink, name })),
      rows: facts.map((fact) => ({
        name: t(fact.title),
        cells: columns.map((column) => sayFact(fact.form, factOf(fact, column.statistics), number)),
      })),
    };
    return {
      area: counted
        ? [
            ...files([counted], counted.name),
            png(counted.name),
            ...(counted.statistics ? [pdf(counted.name, ofArea(counted.statistics), sayInPart([counted], t))] : []),
          ]
        : [],
      compare: [
        ...files(compared, t('compare')),
        png(t('compare')),
        pdf(columns.map(({ name }) => name).join(' / '), { keys: [], bars: [], table }, sayInPart(columns, t)),
      ],
      table: [
        { key: 'table-xlsx', label: 'downloadXlsx', run: () => report('xlsx') },
        { key: 'table-csv', label: 'downloadCsv', run: () => report('csv') },
        { key: 'table-geojson', label: 'downloadGeoJson', run: () => report('geojson') },
        png(mapTitle.title),
      ],
    };
  }, [
    squareMetres,
    controller,
    counted,
    t,
    number,
    time,
    language,
    face,
    home.data,
    city.data,
    codes.data,
    classed,
    columns,
    state.choropleth.on,
    classes,
    mapTitle,
  ]);
}
