/** Pixels for the names beside bars: English says in words what Chinese says in a few signs. */
export const nameWidth = (language: string): number => (language === 'en' ? 142 : 106);
