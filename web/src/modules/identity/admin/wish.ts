/** What is asked for of an account, an authority or a post, in the words that its sentence is made of. */
const SAID = {
  reset: ['account', 'login'],
  certificate: ['account', 'issuer', 'serial', 'fingerprint'],
  unbind: ['account'],
  authority: ['name', 'subject', 'fingerprint'],
  state: ['account', 'state'],
  contact: ['account', 'name'],
  end_holding: ['account', 'post'],
  close_post: ['post', 'held_by'],
} as const;
type Said = keyof typeof SAID;

/** What a request asks for, as the server keeps it (`model::Wish`). */
export type Wish =
  | {
      kind: 'holding';
      account: string;
      post: string;
      role: string;
      regions: number[];
      stand_in: boolean;
      from_at: string | null;
      until_at: string | null;
    }
  | { kind: 'role'; role: string; added: string[]; removed: string[] }
  | { kind: Said; words: Record<string, string> };

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);

/** Reads a request's body; nothing of a kind that this page doesn't know. */
export function readWish(body: unknown): Wish | null {
  if (typeof body !== 'object' || body === null) return null;
  const parts = body as Record<string, unknown>;
  const kind = text(parts['kind']);
  if (kind === 'holding') {
    return {
      kind,
      account: text(parts['account']),
      post: text(parts['post']),
      role: text(parts['role']),
      regions: Array.isArray(parts['regions']) ? parts['regions'].map(Number) : [],
      stand_in: parts['stand_in'] === true,
      from_at: text(parts['from_at']) || null,
      until_at: text(parts['until_at']) || null,
    };
  }
  if (kind === 'role')
    return { kind, role: text(parts['role']), added: texts(parts['added']), removed: texts(parts['removed']) };
  if (!(kind in SAID)) return null;
  const after = (typeof parts['after'] === 'object' && parts['after'] !== null ? parts['after'] : {}) as Record<
    string,
    unknown
  >;
  const word = (name: string) => text(parts[name]) || texts(parts[name]).join('、') || text(after[name]);
  return { kind: kind as Said, words: Object.fromEntries(SAID[kind as Said].map((name) => [name, word(name)])) };
}

/** Whether the system administrator decides it: what the security administrator asks for. */
export const isForSystem = ({ kind }: { kind: string }): boolean =>
  ['certificate', 'unbind', 'authority'].includes(kind);
