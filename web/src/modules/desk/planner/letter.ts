import type { Face } from '../../../theme';

/** The colour of a letter that is read on another: dark on a bright one, bright on a dark one (WCAG's luminance). */
export function textOn(colour: string, face: Face): string {
  const luminance = (hex: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (other: string) => {
    const [a, b] = [luminance(colour), luminance(other)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  return contrast(face.surface) >= contrast(face.ink) ? face.surface : face.ink;
}
