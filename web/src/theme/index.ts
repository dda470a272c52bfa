import { type ThemeConfig, theme } from 'antd';
import { createContext, useContext } from 'react';
import { type Face, faces, metrics, motion, space, type as typeScale } from './tokens';

export {
  type Face,
  faces,
  mapFont,
  metrics,
  motion,
  type ScaleName,
  scaleNames,
  space,
  type TypeName,
  type as typeScale,
} from './tokens';

/** The desk's face, for what stands on the desk only. */
export const tokens = faces.light;

/** Hands a face to the style sheets as custom properties of an element and all below it. */
export function applyFace(root: HTMLElement, face: Face): void {
  for (const [name, value] of Object.entries({ ...face, ...metrics, ...motion, ...space }))
    if (typeof value === 'string') root.style.setProperty(`--${name}`, value);
  face.severities.forEach((colour, index) => root.style.setProperty(`--severity${index + 1}`, colour));
  face.series.forEach((colour, index) => root.style.setProperty(`--series${index + 1}`, colour));
  face.elevation.forEach((shadow, index) => root.style.setProperty(`--elevation${index + 1}`, shadow));
  for (const [name, { size, line, weight }] of Object.entries(typeScale))
    root.style.setProperty(`--type-${name}`, `${weight} ${size}/${line} ${metrics.font}`);
  for (const [name, { size }] of Object.entries(typeScale)) root.style.setProperty(`--size-${name}`, size);
  root.style.colorScheme = face.name;
}

/** The face that charts and maps are drawn in. */
export const FaceContext = createContext<Face>(faces.light);
export { useStillness } from './useStillness';
export const useFace = () => useContext(FaceContext);

/** The components' theme in a face; still for who asks for that: nothing then waits for an animation that does not come. */
export function antTheme(face: Face, still = false): ThemeConfig {
  return {
    algorithm: face.name === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      motion: !still,
      colorPrimary: face.brand,
      colorTextLightSolid: face.onBrand,
      colorSuccess: face.good,
      colorSuccessBg: face.goodSoft,
      colorInfo: face.brand,
      colorInfoBg: face.brandSoft,
      colorLink: face.brand,
      colorWarning: face.accent,
      colorText: face.ink,
      colorTextSecondary: face.muted,
      colorTextTertiary: face.muted,
      colorTextDescription: face.muted,
      colorTextPlaceholder: face.muted,
      colorBorder: face.line,
      colorError: face.danger,
      colorBgContainer: face.surface,
      colorBgElevated: face.surface,
      borderRadius: 8,
      fontFamily: metrics.font,
      fontSize: 14,
    },
  };
}
