import type { ThemeConfig } from 'antd';

/** Every colour, size and shadow of the pages. Styles of the map are made of the same colours. */
export const tokens = {
  ink: '#1b2a36',
  muted: '#576877',
  faint: '#8493a0',
  line: '#dde4e9',
  surface: '#ffffff',
  sunken: '#f3f6f8',
  brand: '#0f5e7a',
  brandDeep: '#0a4459',
  brandSoft: '#e3f0f4',
  accent: '#c94d1a',
  male: '#3a78b5',
  female: '#c8688f',
  person: '#4f63b6',
  organisation: '#1f8a6a',
  component: '#8a63a8',
  building: '#a8977c',
  road: '#d9a441',
  case: '#d3541f',
  closed: '#9aa5ae',
  good: '#14704f',
  danger: '#b3261e',
} as const;

const metrics = {
  radius: '10px',
  gap: '12px',
  header: '56px',
  side: '272px',
  panel: '400px',
  shadow: '0 1px 2px rgb(16 42 56 / 8%), 0 8px 24px rgb(16 42 56 / 10%)',
  font: "Inter, 'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif",
} as const;

/** For labels on the map, which are drawn with fonts of the machine. */
export const mapFont = "'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";

/** Hands the tokens to the style sheets as custom properties. */
export function applyTheme(root: HTMLElement): void {
  for (const [name, value] of Object.entries({ ...tokens, ...metrics })) root.style.setProperty(`--${name}`, value);
}

export const antTheme: ThemeConfig = {
  token: {
    colorPrimary: tokens.brand,
    colorText: tokens.ink,
    colorTextSecondary: tokens.muted,
    colorBorder: tokens.line,
    colorError: tokens.danger,
    borderRadius: 8,
    fontFamily: metrics.font,
    fontSize: 14,
  },
};

export const layerColours: Record<string, string> = {
  county: '#123f55',
  street: '#2f5a6c',
  community: '#4d7484',
  grid: '#6d8f9c',
  road: tokens.road,
  building: tokens.building,
  person: tokens.person,
  organisation: tokens.organisation,
  component: tokens.component,
  case: tokens.case,
};
