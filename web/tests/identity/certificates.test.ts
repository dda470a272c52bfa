import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { commonName, shown } from '../../src/modules/certificates/names';
import { sniff } from '../../src/modules/certificates/sniff';
import { graceEnd, hostOf, listStanding, validity } from '../../src/modules/certificates/standing';

const kinds = (bytes: Uint8Array) => sniff(new Uint8Array(bytes)).map(({ kind }) => kind);
const text = (words: string) => new TextEncoder().encode(words);
const pem = (label: string, bytes: Uint8Array) =>
  `-----BEGIN ${label}-----\n${Buffer.from(bytes).toString('base64')}\n-----END ${label}-----\n`;
const hex = (digits: string) => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));

/** The beginnings of a certificate, of a revocation list, and of signed data: long and open lengths, PKCS#7's and GM/T 0010's. */
const CERTIFICATE = hex('30 07 30 05 a0 03 02 01 02');
const LIST = hex('30 07 30 05 02 01 01 30 00');
const CMS = hex('30 81 0d 06 09 2a 86 48 86 f7 0d 01 07 02 a0 00');
const CMS_OPEN = hex('30 80 06 09 2a 86 48 86 f7 0d 01 07 02 a0 80 00 00 00 00');
const CMS_GM = hex('30 0e 06 0a 2a 81 1c cf 55 06 01 04 02 02 a0 00');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

test.each([
  ['with a length', CMS],
  ['without one', CMS_OPEN],
  ['by GM/T 0010', CMS_GM],
])('signed data %s is known in DER, in PEM and in base 64', (_, cms) => {
  expect(kinds(cms)).toEqual(['cms']);
  expect(kinds(text(pem('PKCS7', cms)))).toEqual(['cms']);
  expect(kinds(text(Buffer.from(cms).toString('base64')))).toEqual(['cms']);
});

test('bare signatures are known, of RSA by their length and of curves by their two numbers', () => {
  expect(kinds(sign('sha256', text('challenge'), rsa.privateKey))).toEqual(['raw']);
  const curve = sign('sha256', text('challenge'), ec.privateKey);
  expect(kinds(curve)).toEqual(['raw']);
  expect(sniff(text(curve.toString('base64').replaceAll(/.{40}/g, '$&\r\n')))).toEqual([
    { kind: 'raw', base64: curve.toString('base64') },
  ]);
});

test('certificates are taken as PEM whatever they were, several at once too', () => {
  expect(sniff(CERTIFICATE)).toEqual([{ kind: 'certificate', pem: pem('CERTIFICATE', CERTIFICATE).trim() }]);
  expect(kinds(text(`subject=张三\n${pem('CERTIFICATE', CERTIFICATE)}\n${pem('CERTIFICATE', CERTIFICATE)}`))).toEqual([
    'certificate',
    'certificate',
  ]);
});

test('a private key is known in every form, and comes no further', () => {
  for (const { privateKey } of [rsa, ec]) {
    expect(kinds(text(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()))).toEqual(['secret']);
    expect(kinds(privateKey.export({ type: 'pkcs8', format: 'der' }))).toEqual(['secret']);
    expect(kinds(privateKey.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: 'x' }))).toEqual([
      'secret',
    ]);
  }
  expect(kinds(rsa.privateKey.export({ type: 'pkcs1', format: 'der' }))).toEqual(['secret']);
  expect(kinds(ec.privateKey.export({ type: 'sec1', format: 'der' }))).toEqual(['secret']);
});

test('what is neither is said to be unknown', () => {
  expect(
    [text('hello'), text(''), text('SGVsbG8='), LIST, hex('30 84 ff ff ff ff 02'), hex('30')].flatMap(kinds),
  ).toEqual(Array(6).fill('unknown'));
});

test('a revocation list holds, holds by grace, or holds no longer', () => {
  const list = { crl_this_update: '2026-01-01T00:00:00Z', crl_next_update: '2026-02-01T00:00:00Z', grace_hours: 24 };
  const at = (moment: string, grace_hours = 24) => listStanding({ ...list, grace_hours }, Date.parse(moment));
  expect([
    at('2025-12-31T00:00:00Z'),
    at('2026-01-15T00:00:00Z'),
    at('2026-02-01T12:00:00Z'),
    at('2026-02-03T00:00:00Z'),
  ]).toEqual(['early', 'good', 'grace', 'stale']);
  expect(at('2026-02-01T12:00:00Z', 0)).toBe('stale');
  expect(listStanding({ grace_hours: 24 }, 0)).toBe('none');
  expect(graceEnd(list.crl_next_update, 24)).toBe('2026-02-02T00:00:00.000Z');
});

test('a certificate’s end is told before it comes', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(
    ['2027-01-01T00:00:00Z', '2026-01-20T00:00:00Z', '2025-01-01T00:00:00Z'].map((end) => validity(end, now)),
  ).toEqual(['good', 'soon', 'ended']);
});

test('a name is shown by its common name, without the middle of an identity number', () => {
  expect(commonName('SERIALNUMBER=360502199003074519,CN=张三\\, 二级,O=测试市,C=CN')).toBe('张三, 二级');
  expect(commonName('O=测试市')).toBe('O=测试市');
  expect(shown('SERIALNUMBER=36050219900307451X,CN=张三\\,二级,O=测试市')).toBe(
    'SERIALNUMBER=360502********451X, CN=张三\\,二级, O=测试市',
  );
});

test('an address names its host, a file none', () => {
  expect(
    ['http://ca.example:8080/root.crl', '/var/lib/root.crl', 'https://ca.example/', ' http://CA.example/'].map(hostOf),
  ).toEqual(['ca.example', null, null, 'ca.example']);
});
