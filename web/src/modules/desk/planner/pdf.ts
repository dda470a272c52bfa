/** A4 on its side, in points. */
const A4 = { width: 841.89, height: 595.28 };

/** Text of a PDF's own: UTF-16 in hexadecimal digits. */
const hex = (text: string) =>
  `<FEFF${[...new Array<undefined>(text.length)]
    .map((_, at) => text.charCodeAt(at).toString(16).padStart(4, '0'))
    .join('')
    .toUpperCase()}>`;

/** A PDF of one page that a picture fills: a JPEG of so many pixels (ISO 32000-1, 7.5). */
export function onePage(
  jpeg: Uint8Array,
  pixels: { width: number; height: number },
  title: string,
  page: { width: number; height: number } = A4,
): Blob {
  const [width, height] = [page.width, page.height].map((points) => points.toFixed(2));
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  const offsets: number[] = [];
  let length = 0;
  const write = (part: string | Uint8Array) => {
    const bytes = typeof part === 'string' ? encoder.encode(part) : part;
    parts.push(bytes);
    length += bytes.length;
  };
  const object = (...body: (string | Uint8Array)[]) => {
    offsets.push(length);
    write(`${offsets.length} 0 obj\n`);
    for (const part of body) write(part);
    write('\nendobj\n');
  };
  const stream = (dictionary: string, data: Uint8Array): [string, Uint8Array, string] => [
    `<<${dictionary}/Length ${data.length}>>\nstream\n`,
    data,
    '\nendstream',
  ];

  // The second line holds bytes above 127, so that the file is carried as binary.
  write(new Uint8Array([...encoder.encode('%PDF-1.4\n%'), 0xe2, 0xe3, 0xcf, 0xd3, 0x0a]));
  object('<</Type/Catalog/Pages 2 0 R/ViewerPreferences<</DisplayDocTitle true>>>>');
  object('<</Type/Pages/Kids[3 0 R]/Count 1>>');
  object(
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${width} ${height}]/Resources<</XObject<</Page 4 0 R>>>>/Contents 5 0 R>>`,
  );
  object(
    ...stream(
      `/Type/XObject/Subtype/Image/Width ${pixels.width}/Height ${pixels.height}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode`,
      jpeg,
    ),
  );
  object(...stream('', encoder.encode(`q ${width} 0 0 ${height} 0 0 cm /Page Do Q`)));
  object(`<</Title${hex(title)}/Producer${hex('Gridhall')}>>`);
  const table = length;
  write(
    `xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}`,
  );
  write(`trailer\n<</Size ${offsets.length + 1}/Root 1 0 R/Info 6 0 R>>\nstartxref\n${table}\n%%EOF\n`);
  return new Blob(parts as BlobPart[], { type: 'application/pdf' });
}
