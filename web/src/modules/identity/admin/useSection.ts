import { useEffect, useState } from 'react';

export const sections = ['overview', 'people', 'roles', 'requests', 'policy', 'authorities', 'systems'] as const;
export type Section = (typeof sections)[number];

const BASE = '/admin';

const sectionOf = (path: string): Section => sections.find((name) => path === `${BASE}/${name}`) ?? 'overview';

export const addressOf = (section: Section): string => (section === 'overview' ? BASE : `${BASE}/${section}`);

/** The section of the address; going to another is a step that the browser's back key undoes. */
export function useSection(): [Section, (section: Section) => void] {
  const [section, setSection] = useState(() => sectionOf(location.pathname));
  useEffect(() => {
    const back = () => setSection(sectionOf(location.pathname));
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  const go = (next: Section) => {
    history.pushState(null, '', addressOf(next));
    setSection(next);
  };
  return [section, go];
}
