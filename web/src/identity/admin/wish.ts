/** What a request asks for, as the server keeps it (`model::Wish`). */
export type Wish =
  | { kind: 'holding'; account: string; post: string; role: string; regions: number[]; stand_in: boolean; from_at: string | null; until_at: string | null }
  | { kind: 'role'; role: string; added: string[] };

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Reads a request's body; nothing of a kind that this page doesn't know. */
export function readWish(body: unknown): Wish | null {
  if (typeof body !== 'object' || body === null) return null;
  const parts = body as Record<string, unknown>;
  if (parts['kind'] === 'holding') {
    return { kind: 'holding', account: text(parts['account']), post: text(parts['post']), role: text(parts['role']), regions: Array.isArray(parts['regions']) ? parts['regions'].map(Number) : [], stand_in: parts['stand_in'] === true, from_at: text(parts['from_at']) || null, until_at: text(parts['until_at']) || null };
  }
  if (parts['kind'] === 'role') return { kind: 'role', role: text(parts['role']), added: Array.isArray(parts['added']) ? parts['added'].map(text) : [] };
  return null;
}
