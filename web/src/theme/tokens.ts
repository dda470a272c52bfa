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
  accent: string;
  good: string;
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
  shadow: string;
}

export type ScaleName = 'sea' | 'ember' | 'moss' | 'plum';
export const scaleNames: readonly ScaleName[] = ['sea', 'ember', 'moss', 'plum'];

const light: Face = {
  name: 'light',
  ink: '#1b2a36', muted: '#576877', faint: '#6b7a87',
  line: '#dde4e9', ground: '#e9edf0', surface: '#ffffff', sunken: '#f3f6f8',
  brand: '#0f5e7a', brandDeep: '#0a4459', brandSoft: '#e3f0f4', accent: '#b8440f', good: '#14704f', danger: '#b3261e',
  male: '#3a78b5', female: '#c8688f', person: '#4f63b6', organisation: '#1f8a6a', component: '#8a63a8', building: '#a8977c', road: '#d9a441',
  case: '#d3541f', closed: '#9aa5ae',
  severities: ['#3a78b5', '#c98a12', '#d3541f', '#a3123a'],
  series: ['#0f5e7a', '#d3541f', '#d9a441', '#8a63a8', '#1f8a6a', '#6b7a87'],
  scales: {
    sea: ['#e6f2f4', '#b5d9e0', '#74b4c4', '#2f86a0', '#0d5069'],
    ember: ['#fdeee0', '#f7cfa6', '#ec9f62', '#d0642a', '#8c3209'],
    moss: ['#edf4e3', '#c9e0ac', '#94c179', '#4f954f', '#1c5e35'],
    plum: ['#f3ecf6', '#d9c3e3', '#b38dc6', '#84569f', '#4f2a6b'],
  },
  shadow: '0 1px 2px rgb(16 42 56 / 8%), 0 8px 24px rgb(16 42 56 / 10%)',
};

const dark: Face = {
  name: 'dark',
  ink: '#eaf4fc', muted: '#a4bdd2', faint: '#7f9bb3',
  line: '#1e3a55', ground: '#050b14', surface: '#0b1a2b', sunken: '#102338',
  brand: '#4cc9f5', brandDeep: '#0b2f49', brandSoft: '#12344e', accent: '#ffb454', good: '#57d9a3', danger: '#ff7a6b',
  male: '#5aa9ff', female: '#ff9ec0', person: '#8fa2ff', organisation: '#57d9a3', component: '#c79bf2', building: '#4a7ba8', road: '#e0a046',
  case: '#ff9a4d', closed: '#5f7890',
  severities: ['#4cc9f5', '#ffd166', '#ff9a4d', '#ff6f91'],
  series: ['#4cc9f5', '#ffb454', '#57d9a3', '#c79bf2', '#ff9ec0', '#a4bdd2'],
  scales: {
    sea: ['#0c2236', '#0f3d5c', '#166489', '#2f9cbd', '#9be8f2'],
    ember: ['#24180f', '#4d2c14', '#8a4a16', '#d17f2a', '#ffd591'],
    moss: ['#0d221c', '#12402f', '#1b6b48', '#3fa870', '#b3f2b8'],
    plum: ['#1c1630', '#36265a', '#5c3d8f', '#9a70cf', '#e6cbff'],
  },
  shadow: '0 0 0 1px rgb(76 201 245 / 10%), 0 12px 36px rgb(0 0 0 / 45%)',
};

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
} as const;

/** For labels on the map, which are drawn with fonts of the machine. */
export const mapFont = "'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";
