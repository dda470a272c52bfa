#!/usr/bin/env node
// Writes the map styles that the server hands out, from the colours of web/src/theme/palette.json:
//   node web/styles/build.mjs
// The regions' own part lies with the map; what shows a module's layer lies with that module, and the server puts it into
// the slots that the map's part has for it.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const palette = JSON.parse(readFileSync(new URL('../src/theme/palette.json', import.meta.url), 'utf8'));
const source = new URL('../../src/', import.meta.url);

/** The styles by name. */
export const styles = { 'desk-light': 'light', 'wall-dark': 'dark' };

const ENDED = ['closed', 'voided', 'refused', 'merged'];
const CLOSED = ['literal', ENDED];
const closed = ['in', ['get', 'status'], CLOSED];
const count = ['coalesce', ['get', 'count'], 1];
const state = (name) => ['boolean', ['feature-state', name], false];
const byZoom = (...stops) => ['interpolate', ['exponential', 1.5], ['zoom'], ...stops];
const byCount = (...stops) => ['interpolate', ['linear'], ['log10', count], ...stops];
const byUse = (colours) => [
  'match',
  ['get', 'use_code'],
  ...Object.entries(colours)
    .filter(([use]) => use !== 'other')
    .flat(),
  colours.other,
];

/** Classes of roads from the smallest to the greatest: from which zoom they are seen, and how wide they are. */
const ROADS = [
  ['residential', 13, [13, 0.5, 15, 1.8, 18, 9]],
  ['tertiary', 11, [11, 0.5, 13, 1.2, 15, 3.2, 18, 13]],
  ['secondary', 10, [10, 0.6, 12, 1.3, 14, 3.6, 18, 17]],
  ['primary', 8, [8, 0.7, 11, 1.8, 14, 5, 18, 22]],
  ['trunk', 7, [7, 1, 11, 2.2, 14, 6, 18, 24]],
  ['motorway', 7, [7, 1.2, 11, 2.6, 14, 7, 18, 26]],
];
/** How much wider a road is with its edge, by how far the road is seen already. */
const edged = (stops) =>
  stops.map((stop, at) => (at % 2 === 0 ? stop : Math.round((stop + (at === stops.length - 1 ? 1.6 : 0.8)) * 10) / 10));
/** Glow lies far beyond the road's edge. */
const glowing = (stops) => stops.map((stop, at) => (at % 2 === 0 ? stop : Math.round((stop * 2.2 + 6) * 10) / 10));

/** What differs between the faces besides colour: sizes and weights. */
const FACES = {
  light: {
    streets: 0.75,
    roadsFrom: { secondary: 10, tertiary: 11, residential: 13 },
    names: {
      county: [6, 13, 11, 22],
      street: [9, 12, 13, 17],
      community: [12, 12, 16, 15],
      grid: [14.5, 11.5, 18, 14],
      road: [13, 11.5, 17, 13.5],
      building: 12,
    },
    halo: 1.6,
    countyWidth: [6, 0.8, 12, 2.4, 16, 3.4],
    countyGlow: [6, 3, 12, 9],
    countyGlowOpacity: 0.12,
    countyBlur: 3,
    streetWidth: [8, 0.5, 12, 1.4, 16, 2.6],
    streetOpacity: [8, 0.55, 12, 0.8],
    communityOpacity: [10, 0.35, 13, 0.9],
    gridOpacity: [12, 0.25, 14, 0.8],
    cluster: [0, 1.6, 1, 2.8, 2, 5.8, 3, 9.5, 4, 15, 5, 22],
    clusterOpacity: [0, 0.3, 2, 0.5, 4, 0.72],
    closedOpacity: [10, 0.18, 14, 0.3, 17, 0.45],
  },
  dark: {
    streets: 0.85,
    roadsFrom: { secondary: 8, tertiary: 10, residential: 12 },
    names: {
      county: [6, 16, 9, 24, 11, 34],
      street: [9, 14, 11, 18, 13, 25],
      community: [12, 15, 16, 23],
      grid: [14.5, 14, 18, 19],
      road: [13, 14, 17, 19],
      building: 15,
    },
    halo: 2.2,
    countyWidth: [6, 0.5, 9, 0.8, 12, 1.6, 16, 2.6],
    countyGlow: [6, 4, 12, 18],
    countyGlowOpacity: 0.22,
    countyBlur: 8,
    streetWidth: [8, 0.4, 12, 1, 16, 1.8],
    streetOpacity: [8, 0.45, 12, 0.75],
    communityOpacity: [10, 0.2, 13, 0.6],
    gridOpacity: [12, 0.12, 14, 0.5],
    cluster: [0, 1.5, 1, 2.6, 2, 5.6, 3, 9.5, 4, 15, 5, 22],
    clusterOpacity: [0, 0.3, 2, 0.5, 4, 0.72],
    closedOpacity: [10, 0.15, 14, 0.3, 17, 0.45],
  },
};

/** The part of a layer with which the desk begins: the first that its module declares. */
export const FIRST_PARTS = { case: 'open' };

function vector(name, maxzoom, part) {
  const asked = part === undefined ? name : `${name}.${part}`;
  return { type: 'vector', tiles: [`{origin}/tiles/${asked}/{z}/{x}/{y}`], minzoom: 0, maxzoom };
}

/** A layer of the style that belongs to one of the map's own layers, so that it is shown and hidden with it. */
function layer(id, type, source, rest, own = source) {
  return { id, type, source, 'source-layer': source, metadata: own === null ? {} : { 'gridhall:layer': own }, ...rest };
}

const ofClass = (name) => ['==', ['get', 'class'], name];
const round = { 'line-cap': 'round', 'line-join': 'round' };
const join = { 'line-join': 'round' };

function grounds(map, face) {
  return [
    { id: 'background', type: 'background', metadata: {}, paint: { 'background-color': map.ground } },
    layer('land', 'fill', 'county', { paint: { 'fill-color': map.land, 'fill-antialias': false } }, null),
    layer('street-tint', 'fill', 'street', {
      maxzoom: 14,
      paint: {
        'fill-color': [
          'match',
          ['%', ['floor', ['/', ['id'], 1000000]], 5],
          ...map.tints.slice(0, 4).flatMap((tint, at) => [at, tint]),
          map.tints[4],
        ],
        'fill-opacity': byZoom(8, 0.9, 12, face.streets, 14, 0),
      },
    }),
    layer('community-hit', 'fill', 'community', { paint: { 'fill-color': map.land, 'fill-opacity': 0 } }, null),
    layer('grid-fill', 'fill', 'grid', {
      minzoom: 12,
      paint: { 'fill-color': map.selected, 'fill-opacity': ['case', state('selected'), 0.16, state('hover'), 0.07, 0] },
    }),
  ];
}

function roads(map, face) {
  const from = (name, otherwise) => face.roadsFrom[name] ?? otherwise;
  const glow = ROADS.filter(([name]) => map.glow?.[name]).map(([name, minzoom, width]) =>
    layer(`road-${name}-glow`, 'line', 'road', {
      minzoom: Math.min(minzoom, 8),
      filter: ofClass(name),
      layout: round,
      paint: {
        'line-color': map.glow[name],
        'line-width': byZoom(...glowing(width)),
        'line-blur': byZoom(8, 5, 14, 14, 18, 40),
        'line-opacity': byZoom(8, 0.28, 12, 0.3, 16, 0.2),
      },
    }),
  );
  const edges = ROADS.map(([name, minzoom, width]) =>
    layer(`road-${name}-case`, 'line', 'road', {
      minzoom: Math.max(11, from(name, minzoom)),
      filter: ofClass(name),
      layout: round,
      paint: { 'line-color': map.roadCase, 'line-width': byZoom(...edged(width)) },
    }),
  );
  const track = layer('road-track', 'line', 'road', {
    minzoom: 13,
    filter: ofClass('track'),
    layout: join,
    paint: { 'line-color': map.roads.track, 'line-width': byZoom(13, 0.4, 15, 1.3, 18, 5), 'line-dasharray': [3, 2] },
  });
  const tops = ROADS.map(([name, minzoom, width]) =>
    layer(`road-${name}`, 'line', 'road', {
      minzoom: from(name, minzoom),
      filter: ofClass(name),
      layout: round,
      paint: { 'line-color': map.roads[name], 'line-width': byZoom(...width) },
    }),
  );
  return [...glow, ...edges, track, ...tops];
}

function buildings(map, name) {
  const far = layer('building-far', 'circle', 'building', {
    minzoom: 11,
    maxzoom: 13,
    filter: ['has', 'count'],
    paint: { 'circle-color': map.buildings.other, 'circle-radius': byZoom(11, 0.6, 14, 1.6), 'circle-opacity': 0 },
  });
  if (name === 'light')
    return [
      far,
      layer('building-flat', 'fill', 'building', {
        minzoom: 12,
        paint: { 'fill-color': byUse(map.buildings), 'fill-opacity': byZoom(12, 0.55, 14.5, 1) },
      }),
      layer('building-edge', 'line', 'building', {
        minzoom: 14.5,
        paint: { 'line-color': map.buildingEdge, 'line-width': byZoom(14, 0.3, 17, 1) },
      }),
    ];
  const height = ['coalesce', ['get', 'height'], 6];
  return [
    far,
    layer('building-flat', 'fill', 'building', {
      minzoom: 12,
      maxzoom: 14,
      paint: { 'fill-color': byUse(map.buildings), 'fill-opacity': byZoom(12, 0.35, 12.5, 0.7, 13.5, 0.9) },
    }),
    layer('building-solid', 'fill-extrusion', 'building', {
      minzoom: 13.5,
      paint: {
        'fill-extrusion-color': [
          'interpolate',
          ['linear'],
          height,
          4,
          byUse(map.buildings),
          90,
          byUse(map.buildingTops),
        ],
        'fill-extrusion-height': ['interpolate', ['linear'], ['zoom'], 13.5, 0, 14.2, height],
        'fill-extrusion-opacity': ['interpolate', ['linear'], ['zoom'], 13.5, 0.6, 14.5, 0.92],
        'fill-extrusion-vertical-gradient': true,
      },
    }),
  ];
}

function boundaries(map, face) {
  const line = (id, level, rest, paint) => layer(id, 'line', level, { ...rest, layout: join, paint });
  const { county, street, community, grid } = map.boundaries;
  return [
    line(
      'grid-line',
      'grid',
      { minzoom: 12 },
      {
        'line-color': grid,
        'line-width': byZoom(12, 0.3, 15, 0.9, 18, 1.6),
        'line-opacity': byZoom(...face.gridOpacity),
      },
    ),
    line(
      'community-line',
      'community',
      { minzoom: 10 },
      {
        'line-color': community,
        'line-width': byZoom(10, 0.3, 13, 0.9, 17, 2),
        'line-opacity': byZoom(...face.communityOpacity),
      },
    ),
    line(
      'street-line',
      'street',
      { minzoom: 7 },
      {
        'line-color': street,
        'line-width': byZoom(...face.streetWidth),
        'line-opacity': byZoom(...face.streetOpacity),
      },
    ),
    line(
      'county-glow',
      'county',
      {},
      {
        'line-color': county,
        'line-width': byZoom(...face.countyGlow),
        'line-opacity': face.countyGlowOpacity,
        'line-blur': face.countyBlur,
      },
    ),
    line('county-line', 'county', {}, { 'line-color': county, 'line-width': byZoom(...face.countyWidth) }),
    line(
      'selected-line',
      'grid',
      { minzoom: 12 },
      { 'line-color': map.selected, 'line-width': ['case', state('selected'), 3, 0] },
    ),
  ];
}

/** A count in so many, to one digit behind the point. */
const inUnits = (size, unit) => ['concat', ['to-string', ['/', ['round', ['/', count, size / 10]], 10]], unit];
/** Counts of ten thousand and more are said in 万, or in thousands to a reader of English. */
const counted = [
  'case',
  ['<', count, 10000],
  ['to-string', count],
  ['==', ['global-state', 'language'], 'en'],
  inUnits(1000, 'k'),
  inUnits(10000, '万'),
];

function points(name, minzoom, colours, face, shown) {
  const { map } = colours;
  const colour = colours[name];
  const hidden = shown ? {} : { visibility: 'none' };
  const layout = shown ? {} : { layout: hidden };
  const fades = name === 'case';
  const size = (of) => (fades ? ['case', closed, of / 2, of] : of);
  return [
    layer(`${name}-many`, 'circle', name, {
      minzoom,
      maxzoom: 15,
      filter: ['>', count, 1],
      ...layout,
      paint: {
        'circle-color': colour,
        'circle-opacity': byCount(...face.clusterOpacity),
        'circle-radius': byCount(...face.cluster),
        'circle-stroke-color': map.halo,
        'circle-stroke-width': byCount(0, 0, 2, 0.8),
        'circle-stroke-opacity': 0.7,
      },
    }),
    layer(`${name}-one`, 'circle', name, {
      minzoom,
      filter: ['==', count, 1],
      layout: fades ? { ...hidden, 'circle-sort-key': ['case', closed, 0, 1] } : hidden,
      paint: {
        'circle-color': fades ? ['match', ['get', 'status'], ENDED, colours.closed, colour] : colour,
        'circle-radius': fades ? byZoom(10, size(2), 15, size(4.2), 18, size(7)) : byZoom(10, 1.8, 15, 3.2, 18, 6),
        'circle-stroke-color': map.halo,
        'circle-stroke-width': byZoom(13, 0.4, 17, 1.4),
        ...(fades
          ? {
              'circle-opacity': byZoom(
                ...face.closedOpacity.map((stop, at) => (at % 2 === 0 ? stop : ['case', closed, stop, 1])),
              ),
              'circle-stroke-opacity': byZoom(13, ['case', closed, 0, 1], 17, ['case', closed, 0.4, 1]),
            }
          : {}),
      },
    }),
    layer(`${name}-count`, 'symbol', name, {
      minzoom,
      maxzoom: 15,
      filter: ['>=', count, ['step', ['zoom'], 2000, 9.3, 400, 12, 100, 14, 20]],
      layout: {
        ...hidden,
        'text-field': counted,
        'text-font': ['sans-serif'],
        'text-size': byCount(1, 10, 3, 12, 5, 15),
        'text-allow-overlap': false,
        'text-padding': 4,
        'symbol-sort-key': ['-', count],
      },
      paint: { 'text-color': map.count, 'text-halo-color': colour, 'text-halo-width': 0.8 },
    }),
  ];
}

/** A name as maps write it: 北湖社区居民委员会 is 北湖社区 there, 石脑村民委员会 is 石脑村. */
function short(name) {
  const before = (ending, keep, otherwise) => {
    const at = ['index-of', ending, name];
    return ['case', ['>', at, 0], ['slice', name, 0, keep(at)], otherwise];
  };
  // The 村 of 村民委员会 belongs to the name, unless the name has its own.
  const village = (at) => ['case', ['==', ['slice', name, ['-', at, 1], at], '村'], at, ['+', at, 1]];
  return before(
    '居民委员会',
    (at) => at,
    before(
      '村民委员会',
      village,
      before('居委会', (at) => at, before('村委会', village, name)),
    ),
  );
}

/** A grid within its community needs its number alone: 北湖社区第8网格 is 第8网格. */
const numbered = (name) => [
  'case',
  ['all', ['>', ['index-of', '第', name], 0], ['>', ['index-of', '网格', name], 0]],
  ['slice', name, ['index-of', '第', name]],
  name,
];

/** Roads are named from the greatest down, and the smaller from nearer. */
const NAMED = ROADS.map(([name]) => name).toReversed();
const namedFrom = (...classes) => ['in', ['get', 'class'], ['literal', classes]];

function names(map, face) {
  const font = { 'text-font': ['sans-serif'] };
  const name = ['get', 'name'];
  const written = { community: short(name), grid: numbered(name) };
  const region = (level, minzoom, maxzoom, spacing) => ({
    id: `${level}-name`,
    type: 'symbol',
    source: 'region-label',
    metadata: { 'gridhall:layer': level },
    minzoom,
    maxzoom,
    filter: ['==', ['get', 'level'], level],
    layout: {
      'text-field': written[level] ?? name,
      ...font,
      'text-size': byZoom(...face.names[level]),
      'text-letter-spacing': spacing,
      'text-padding': 8,
      'text-max-width': 8,
      'symbol-sort-key': ['get', 'rank'],
    },
    paint: { 'text-color': map.names[level], 'text-halo-color': map.halo, 'text-halo-width': face.halo },
  });
  return [
    layer('road-name', 'symbol', 'road', {
      minzoom: 13,
      filter: [
        'step',
        ['zoom'],
        namedFrom(...NAMED.slice(0, 4)),
        14,
        namedFrom(...NAMED.slice(0, 5)),
        15,
        namedFrom(...NAMED),
      ],
      layout: {
        'symbol-placement': 'line',
        'symbol-sort-key': ['index-of', ['get', 'class'], ['literal', NAMED]],
        'text-field': name,
        ...font,
        'text-size': byZoom(...face.names.road),
        'symbol-spacing': 380,
        'text-padding': 6,
        'text-letter-spacing': 0.06,
      },
      paint: { 'text-color': map.roadName, 'text-halo-color': map.halo, 'text-halo-width': face.halo },
    }),
    layer('building-name', 'symbol', 'building', {
      minzoom: 16.5,
      filter: ['!=', ['get', 'name'], ''],
      layout: {
        'text-field': name,
        ...font,
        'text-size': face.names.building,
        'text-max-width': 8,
        'text-padding': 6,
        'symbol-sort-key': ['-', ['coalesce', ['get', 'height'], 0]],
      },
      paint: { 'text-color': map.buildingName, 'text-halo-color': map.halo, 'text-halo-width': 1.2 },
    }),
    region('grid', 14.5, 24, 0.04),
    region('community', 12, 16.5, 0.04),
    region('street', 9, 13.5, 0.08),
    region('county', 6, 11.5, 0.18),
  ];
}

/** The whole style of a name, as MapLibre reads it. */
export function style(name) {
  const colours = palette[styles[name]];
  const { map } = colours;
  const dark = styles[name] === 'dark';
  return {
    version: 8,
    name,
    metadata: { 'gridhall:face': styles[name] },
    state: { language: { default: 'zh-CN' } },
    ...(dark
      ? {
          light: { anchor: 'map', color: map.light, intensity: 0.3, position: [1.4, 210, 35] },
          sky: {
            'sky-color': map.sky,
            'horizon-color': map.horizon,
            'fog-color': map.fog,
            'sky-horizon-blend': 0.6,
            'horizon-fog-blend': 0.5,
            'fog-ground-blend': 0.75,
            'atmosphere-blend': 0,
          },
        }
      : {}),
    sources: {
      ...Object.fromEntries(
        ['county', 'street', 'community', 'grid', 'road'].map((layer) => [layer, vector(layer, 14)]),
      ),
      ...Object.fromEntries(
        ['building', 'organisation', 'component', 'person', 'case'].map((layer) => [
          layer,
          vector(layer, 16, name.startsWith('desk') ? FIRST_PARTS[layer] : undefined),
        ]),
      ),
      'region-label': { type: 'geojson', data: '{origin}/api/regions/labels.geojson' },
    },
    layers: slots(name).flatMap(([, layers]) => layers),
  };
}

/** The layers of a style from below, each run with the slot that modules fill; none for what is the regions' own. */
function slots(name) {
  const colours = palette[styles[name]];
  const { map } = colours;
  const face = FACES[styles[name]];
  const written = names(map, face);
  const named = (source) => written.filter((layer) => layer.source === source);
  return [
    ['', grounds(map, face)],
    ['roads', roads(map, face)],
    ['buildings', buildings(map, styles[name])],
    ['', boundaries(map, face)],
    [
      'things',
      [
        ...points('person', 0, colours, face, false),
        ...points('organisation', 9, colours, face, false),
        ...points('component', 12, colours, face, false),
        ...points('case', 0, colours, face, true),
      ],
    ],
    ['road-names', named('road')],
    ['names', named('building')],
    ['', named('region-label')],
  ];
}

/** The module of each layer that is not the regions' own. */
const MODULES = {
  building: 'directory',
  person: 'directory',
  organisation: 'directory',
  component: 'directory',
  road: 'directory',
  case: 'cases',
};

/** A style without the modules' layers: where they go is said by slots. */
function base(name) {
  const whole = style(name);
  return {
    ...whole,
    sources: Object.fromEntries(Object.entries(whole.sources).filter(([source]) => !(source in MODULES))),
    layers: slots(name).flatMap(([slot, layers]) => (slot === '' ? layers : [{ slot }])),
  };
}

/** What shows one layer, by style: its source, and its layers with the slot of each. */
function part(source, name) {
  const layers = slots(name).flatMap(([slot, layers]) =>
    layers.filter((layer) => layer.source === source).map((layer) => ({ slot, layer })),
  );
  return { source: style(name).sources[source], layers };
}

/** The files as they are committed, by their place below `src`. */
export const files = () =>
  Object.fromEntries(
    [
      ...Object.keys(styles).map((name) => [`map/styles/${name}.json`, base(name)]),
      ...Object.entries(MODULES).map(([source, module]) => [
        `modules/${module}/styles/${source}.json`,
        Object.fromEntries(Object.keys(styles).map((name) => [name, part(source, name)])),
      ]),
    ].map(([path, document]) => [path, `${JSON.stringify(document, null, 1)}\n`]),
  );

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [path, text] of Object.entries(files())) writeFileSync(new URL(path, source), text);
