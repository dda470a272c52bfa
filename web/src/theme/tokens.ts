import type { Level } from '../api/levels';
import palette from './palette.json';

/** Every colour, size, shadow and pace of the pages and the map, in two faces: the desk's and the wall's. */
export interface Face {
  name: 'light' | 'dark';
  /** Text, from the strongest to the faintest that is still read. */
  ink: string;
  muted: string;
  faint: string;
  /** Lines between things, and the grounds that things stand on. */
  line: string;
  ground: string;
  surface: string;
  sunken: string;
  /** The product's colour, its deep and its soft shade, and what stands out from it. */
  brand: string;
  brandDeep: string;
  brandSoft: string;
  /** Text upon the brand's colour. */
  onBrand: string;
  accent: string;
  good: string;
  goodSoft: string;
  danger: string;
  /** Kinds of things, the same everywhere: in lists, charts and on the map. */
  male: string;
  female: string;
  person: string;
  organisation: string;
  component: string;
  building: string;
  road: string;
  case: string;
  closed: string;
  /** From ordinary to gravest. */
  severities: readonly [string, string, string, string];
  /** Series of a chart that the colour-blind tell apart. */
  series: readonly string[];
  /** Shades from little to much, by name. */
  scales: Readonly<Record<ScaleName, readonly string[]>>;
  /** What lies on the page, what stands on it, and what floats above all. */
  elevation: readonly [low: string, raised: string, floating: string];
  shadow: string;
  /** What the map is drawn in. */
  map: MapColours;
}

/** The map's colours; the styles in `src/map/styles` are written from them. */
export interface MapColours {
  ground: string;
  land: string;
  tints: readonly string[];
  roads: Readonly<Record<RoadClass, string>>;
  roadCase: string;
  roadName: string;
  /** By night only: the light that lies about the great roads. */
  glow?: Readonly<Partial<Record<RoadClass, string>>>;
  boundaries: Readonly<Record<Level, string>>;
  names: Readonly<Record<Level, string>>;
  /** By use (GB/T 31000), and `other`. */
  buildings: Readonly<Record<string, string>>;
  /** By night only: what the colour of a use becomes with height. */
  buildingTops?: Readonly<Record<string, string>>;
  buildingEdge: string;
  buildingName: string;
  selected: string;
  halo: string;
  count: string;
}

export type RoadClass = 'motorway' | 'trunk' | 'primary' | 'secondary' | 'tertiary' | 'residential' | 'track';

export type ScaleName = 'sea' | 'ember' | 'moss' | 'plum';
export const scaleNames: readonly ScaleName[] = ['sea', 'ember', 'moss', 'plum'];

/** The palette is plain data, so that the map's styles are written from the same colours (`web/styles/build.mjs`). */
const light: Face = {
  ...(palette.light as unknown as Omit<Face, 'name' | 'shadow' | 'elevation'>),
  name: 'light',
  ...shadows([
    '0 1px 2px rgb(16 42 56 / 8%)',
    '0 1px 2px rgb(16 42 56 / 8%), 0 8px 24px rgb(16 42 56 / 10%)',
    '0 2px 6px rgb(16 42 56 / 10%), 0 18px 48px rgb(16 42 56 / 18%)',
  ]),
};
const dark: Face = {
  ...(palette.dark as unknown as Omit<Face, 'name' | 'shadow' | 'elevation'>),
  name: 'dark',
  ...shadows([
    '0 0 0 1px rgb(76 201 245 / 8%)',
    '0 0 0 1px rgb(76 201 245 / 10%), 0 12px 36px rgb(0 0 0 / 45%)',
    '0 0 0 1px rgb(76 201 245 / 18%), 0 24px 64px rgb(0 0 0 / 60%)',
  ]),
};

function shadows(elevation: [low: string, raised: string, floating: string]): Pick<Face, 'shadow' | 'elevation'> {
  return { elevation, shadow: elevation[1] };
}

export const faces = { light, dark } as const;

export const metrics = {
  radius: '10px',
  gap: '12px',
  header: '56px',
  side: '272px',
  panel: '400px',
  quick: '.18s',
  calm: '.6s',
  font: "Inter, 'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif",
  /** Figures that stand under each other. */
  figures: "'tnum' 1",
  hair: '1px',
  pill: '999px',
  radiusHair: '2px',
  radiusTiny: '4px',
  radiusSmall: '6px',
  radiusMedium: '8px',
  radiusLarge: '16px',
  ease: 'cubic-bezier(.2, 0, 0, 1)',
} as const;

/** Sizes of type, each with its height of line and its weight; the wall's are read from six metres. */
export const type = {
  caption: { size: '12px', line: 1.5, weight: 400 },
  small: { size: '13px', line: 1.55, weight: 400 },
  body: { size: '14px', line: 1.6, weight: 400 },
  text: { size: '15px', line: 1.5, weight: 400 },
  lead: { size: '16px', line: 1.6, weight: 600 },
  section: { size: '18px', line: 1.4, weight: 600 },
  title: { size: '20px', line: 1.4, weight: 600 },
  heading: { size: '24px', line: 1.35, weight: 600 },
  number: { size: '28px', line: 1.2, weight: 600 },
  numberWide: { size: '30px', line: 1.2, weight: 600 },
  display: { size: '32px', line: 1.25, weight: 600 },
  figure: { size: '44px', line: 1.1, weight: 600 },
  poster: { size: '64px', line: 1.05, weight: 600 },
} as const;
export type TypeName = keyof typeof type;

/** Distances, each a step of four pixels or a few; the halves between them are for what stands close. */
export const space = {
  s05: '2px',
  s1: '4px',
  s15: '6px',
  s2: '8px',
  s25: '10px',
  s3: '12px',
  s35: '14px',
  s4: '16px',
  s45: '20px',
  s5: '24px',
  s6: '32px',
  s7: '48px',
  s8: '64px',
} as const;

/** How long things move; nothing moves for those who ask their machine for stillness. */
export const motion = { quick: '.18s', calm: '.6s', slow: '1.2s', breath: '3s' } as const;

/** For labels on the map, which are drawn with fonts of the machine. */
export const mapFont = "'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";
