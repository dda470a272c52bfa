import { client, type Schemas, take } from '../../../api/client';

export type PeopleReport = Schemas['PeopleReport'];
export type InvitedPerson = Schemas['InvitedPerson'];

/** A text of a table that no spreadsheet takes for a formula, in quotes where it needs them. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** A table as CSV, with the mark by which Excel knows UTF-8. */
export function csv(rows: readonly (readonly string[])[]): string {
  return `\ufeff${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** Has the server check a list of people, or take it in. */
export function sendList(file: Blob, dryRun: boolean): Promise<PeopleReport> {
  return take(
    client.POST('/api/accounts/import', {
      // The document says a text of bytes; a workbook goes as the bytes that it is.
      params: { query: { dry_run: dryRun } },
      body: file as unknown as string,
      bodySerializer: (body) => body,
      headers: { 'Content-Type': file.type },
    }),
  );
}

/** The workbook to fill in. */
export function template(): Promise<Blob> {
  return take(client.GET('/api/accounts/import/template', { parseAs: 'blob' })) as Promise<Blob>;
}
