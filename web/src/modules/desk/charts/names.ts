/** Pixels for the names beside bars: English says in words what Chinese says in a few signs. */
const LEAST = { 'zh-CN': 106, en: 142 } as const;
const MOST = 190;
/** A sign of Chinese is as wide as its type is high, a letter about half of it. */
const WIDE = /[\u2e80-\uffef]/;
const TYPE = 12;

/** How wide a name is about, in pixels. */
export const widthOf = (name: string): number =>
  [...name].reduce((sum, sign) => sum + (WIDE.test(sign) ? TYPE : TYPE * 0.56), 0);

/** Room for names beside bars in which none is cut: the longest one's width, or for longer ones the lines that they are broken into. */
export function nameRoom(names: readonly string[], language: string): { width: number; lines: number } {
  const longest = Math.max(0, ...names.map(widthOf));
  const width = Math.ceil(Math.min(MOST, Math.max(LEAST[language === 'en' ? 'en' : 'zh-CN'], longest + 4)));
  return { width, lines: longest <= width ? 1 : Math.ceil((longest + TYPE) / width) };
}
