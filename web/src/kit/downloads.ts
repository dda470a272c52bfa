import { ProblemError, type Schemas } from '../api/client';
import { currentLanguage } from '../i18n';

/** Hands a file to the browser. */
export function keep(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A file of the server's; throws what the server says when it gives none. */
export async function fileAt(path: string, init: RequestInit = {}): Promise<Blob> {
  const answer = await fetch(path, { ...init, headers: { ...init.headers, 'Accept-Language': currentLanguage() } });
  if (answer.ok) return answer.blob();
  const problem = (await answer.json().catch(() => ({}))) as { title?: string; detail?: string };
  throw new ProblemError(answer.status, problem.title, problem.detail ?? '');
}

const post = (path: string, body: unknown) =>
  fileAt(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** Today and a name, as file names may be. */
export function fileName(name: string, ending: string): string {
  const date = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  return `${name.replaceAll(/[\\/:*?"<>|\s]+/g, '_').slice(0, 60)}_${date}.${ending}`;
}

type Format = Schemas['ReportFormat'];

/** What areas hold, as a file of the server's. */
export async function downloadAreas(areas: Schemas['NamedArea'][], format: Format, name: string): Promise<void> {
  const body: Schemas['AreaReport'] = { format, areas };
  keep(await post('/api/areas/report', body), fileName(name, format));
}

/** What a choropleth shows, as a file of the server's. */
export async function downloadRegions(report: Schemas['RegionReport'], name: string): Promise<void> {
  keep(await post('/api/regions/report', report), fileName(name, report.format));
}
