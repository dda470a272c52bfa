import type { Session } from '../api/client';
import { landing } from '../app/pages';

/** Opens the page that was asked for, or the first that the session may use. */
export function goOn(session: Session): void {
  const signIn = location.pathname.startsWith('/signin');
  const wanted = signIn ? new URLSearchParams(location.search).get('to') : location.pathname + location.search + location.hash;
  const to = landing(session.permissions, wanted);
  // The sign-in may have been shown at the wanted address itself, where only a fresh start shows the page.
  if (to === location.pathname + location.search + location.hash) location.reload();
  else location.assign(to);
}
