import type { ComponentType } from 'react';
import type { Session } from '../api/client';
import { lazily } from '../kit/part/lazily';
import { faces, type Face } from '../theme';

/** A page of the product: its face, the permission that it needs, and what is fetched when it is opened. */
export interface Page {
  path: string;
  face: Face;
  /** Without it the page would only show refusals; nothing where everybody who is signed in may open it. */
  needs?: string;
  /** Nobody sits before it: what fails is loaded again by itself. */
  unattended?: true;
  Body: ComponentType<{ session: Session }>;
}

const pages: Page[] = [
  { path: '/wall', face: faces.dark, needs: 'map.read', unattended: true, Body: lazily(() => import('../modules/wall/Wall')) },
  { path: '/director', face: faces.light, needs: 'map.read', Body: lazily(() => import('../modules/wall/director/Director')) },
  { path: '/audit', face: faces.light, needs: 'audit.read', Body: lazily(() => import('../modules/audit/Audit')) },
  { path: '/people', face: faces.light, needs: 'person.read', Body: lazily(() => import('../modules/directory/PersonPage')) },
  { path: '/design', face: faces.light, Body: lazily<Page['Body']>(() => import('../modules/design/Design')) },
  { path: '/admin', face: faces.light, needs: 'identity.read', Body: lazily(() => import('../modules/identity/admin/Admin')) },
  { path: '/portal', face: faces.light, Body: lazily(() => import('../modules/sso/Portal')) },
  { path: '/messages', face: faces.light, Body: lazily(() => import('../modules/messages/MessagesPage')) },
  { path: '/account', face: faces.light, Body: lazily(() => import('../modules/identity/account/AccountPage')) },
];
const map: Page = { path: '/map', face: faces.light, needs: 'map.read', Body: lazily(() => import('../modules/desk/Desk')) };

/** The page at an address; the map where it is none. */
export function pageOf(path: string): Page {
  return pages.find((page) => isAt(page, path)) ?? map;
}

/** Whether there is a page at an address at all: one's own, or one where people come in. */
export function isKnown(path: string): boolean {
  return path === '/' || ['/signin', '/activate'].some((open) => path === open || path.startsWith(`${open}/`)) || [...pages, map].some((page) => isAt(page, path));
}

const isAt = (page: Page, path: string) => path === page.path || path.startsWith(`${page.path}/`);

/** The pages where people come in, the one they use most first. */
const ENTRANCES = ['/map', '/admin', '/audit', '/portal', '/account'];
/** Where another system's single sign-on goes on. */
const SIGN_ON = '/oauth/authorize';

/** Those of the entrances that somebody may open. */
export function entrances(permissions: readonly string[]): string[] {
  return ENTRANCES.filter((path) => {
    const page = pageOf(path);
    return page.path === path && may(page, permissions);
  });
}

export function may(page: Page, permissions: readonly string[]): boolean {
  return page.needs === undefined || permissions.includes(page.needs);
}

/** Where somebody goes on to after signing in: the page they wanted, if it is one of ours that they may open, or their first. */
export function landing(permissions: readonly string[], wanted: string | null): string {
  const path = wanted?.split(/[?#]/)[0] ?? '';
  if (wanted && path === SIGN_ON) return wanted;
  const page = [...pages, map].find((known) => isAt(known, path));
  if (wanted && page && may(page, permissions)) return wanted;
  // Who may do nothing yet is told so by their account, and how that changes.
  return permissions.length > 0 ? (entrances(permissions)[0] ?? '/account') : '/account';
}
