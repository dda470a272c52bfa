import { lazy, type ComponentType } from 'react';
import type { Session } from '../api/client';
import { faces, type Face } from '../theme';

/** A page of the product: its face, and what is fetched when it is opened. */
export interface Page {
  path: string;
  face: Face;
  Body: ComponentType<{ session: Session }>;
}

const pages: Page[] = [
  { path: '/wall', face: faces.dark, Body: lazy(() => import('../wall/Wall')) },
  { path: '/director', face: faces.light, Body: lazy(() => import('../wall/director/Director')) },
  { path: '/audit', face: faces.light, Body: lazy(() => import('../audit/Audit')) },
  { path: '/design', face: faces.light, Body: lazy(() => import('./Design')) },
];
const map: Page = { path: '/map', face: faces.light, Body: lazy(() => import('../desk/Desk')) };

/** The page at an address; the map where it is none. */
export function pageOf(path: string): Page {
  return pages.find((page) => path === page.path || path.startsWith(`${page.path}/`)) ?? map;
}
