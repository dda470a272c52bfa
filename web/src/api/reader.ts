import type { QueryClient } from '@tanstack/react-query';
import { client, done, type Session, take } from './client';

/** What is kept of a reader beside the answers of the server, and must go with them. */
const forgetters = new Set<() => void>();

/** Has something forgotten when another reader comes, or the same one in another post. */
export function forgetWithReader(forget: () => void): () => void {
  forgetters.add(forget);
  return () => void forgetters.delete(forget);
}

function forgetReader(queries: QueryClient): void {
  for (const forget of forgetters) forget();
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
}

/** Takes who has just signed in for the reader. */
export function setReader(queries: QueryClient, session: Session): void {
  forgetReader(queries);
  queries.setQueryData(['session'], session);
}

/** Acts in another post: all that the page knows was of the one before. */
export async function actIn(queries: QueryClient, holding: number): Promise<void> {
  await take(client.PUT('/api/session/post', { body: { holding } }));
  const session = await take(client.GET('/api/session'));
  setReader(queries, session);
}

/** Ends the session, at the server and here. */
export async function signOut(queries: QueryClient): Promise<void> {
  await done(client.DELETE('/api/session')).catch(() => undefined);
  forgetReader(queries);
  queries.removeQueries({ queryKey: ['session'] });
}
