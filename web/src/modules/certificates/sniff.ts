/** What somebody brings to sign in with, told by its bytes: names of files are the vendors' own. */
export type Piece =
  /** CMS or PKCS#7, and a bare signature: base 64 of the DER. */
  | { kind: 'cms' | 'raw'; base64: string }
  /** One certificate or several, in PEM. */
  | { kind: 'certificate'; pem: string }
  /** A private key, which is to stay where it is. */
  | { kind: 'secret' }
  | { kind: 'unknown' };

/** A bare signature: 64 bytes of an elliptic curve up to RSA's longest. */
const BARE = { least: 64, most: 1024 } as const;
/** Signed data of PKCS#7 and of GM/T 0010. */
const SIGNED_DATA = ['06092a864886f70d010702', '060a2a811ccf550601040202'];
const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OID = 0x06;
/** The version that a certificate since X.509 v3 begins with. */
const VERSION = 0xa0;

/** What a file or a pasted text holds, piece by piece. */
export function sniff(bytes: Uint8Array): Piece[] {
  const text = asText(bytes);
  if (text === null) return [binary(bytes)];
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9# ]+)-----([\s\S]*?)-----END \1-----/g)];
  if (blocks.length === 0) {
    const decoded = fromBase64(text);
    return [decoded ? binary(decoded) : { kind: 'unknown' }];
  }
  return blocks.map(([pem, label = '', body = '']): Piece => {
    if (label.includes('PRIVATE KEY')) return { kind: 'secret' };
    if (label.endsWith('CERTIFICATE')) return { kind: 'certificate', pem };
    const decoded = fromBase64(body);
    return decoded ? binary(decoded) : { kind: 'unknown' };
  });
}

function binary(bytes: Uint8Array): Piece {
  const kind = kindOf(bytes);
  if (kind === 'certificate') return { kind, pem: toPem(bytes) };
  return kind === 'cms' || kind === 'raw' ? { kind, base64: toBase64(bytes) } : { kind };
}

function kindOf(bytes: Uint8Array): Piece['kind'] {
  const outer = valueAt(bytes, 0);
  const first = outer?.tag === SEQUENCE ? valueAt(bytes, outer.content) : null;
  if (outer && first?.tag === OID) {
    const start = hex(bytes.subarray(outer.content, first.end));
    return SIGNED_DATA.includes(start) ? 'cms' : 'unknown';
  }
  if (outer && first?.tag === INTEGER) {
    const second = valueAt(bytes, first.end);
    // Two numbers and no more are a signature; keys and their bundles begin with a version and go on.
    return second?.tag === INTEGER && second.end === outer.end ? 'raw' : 'secret';
  }
  if (first?.tag === SEQUENCE) {
    const within = valueAt(bytes, first.content)?.tag;
    if (within === VERSION) return 'certificate';
    // An encrypted key names its cipher first; what else begins so is a revocation list or the like.
    return within === OID ? 'secret' : 'unknown';
  }
  return bytes.length >= BARE.least && bytes.length <= BARE.most ? 'raw' : 'unknown';
}

/** A value's tag, where its content begins and where it ends; with an open length (BER) nobody knows the end. */
function valueAt(bytes: Uint8Array, at: number): { tag: number; content: number; end: number } | null {
  const [tag, length] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || length === undefined) return null;
  if (length <= 0x80)
    return within(bytes, { tag, content: at + 2, end: length === 0x80 ? bytes.length : at + 2 + length });
  const size = length & 0x7f;
  const content = at + 2 + size;
  if (size > 4 || content > bytes.length) return null;
  const end = bytes.subarray(at + 2, content).reduce((sum, byte) => sum * 256 + byte, 0) + content;
  return within(bytes, { tag, content, end });
}

const within = <T extends { end: number }>(bytes: Uint8Array, value: T): T | null =>
  value.end <= bytes.length ? value : null;

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The bytes as text, unless they are none. */
function asText(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /[\u0000-\u0008\u000e-\u001f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

function fromBase64(text: string): Uint8Array | null {
  const bare = text.replaceAll(/\s/g, '');
  if (bare === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(bare)) return null;
  try {
    return Uint8Array.from(atob(bare), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function toPem(bytes: Uint8Array): string {
  return `-----BEGIN CERTIFICATE-----\n${toBase64(bytes).replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----`;
}
