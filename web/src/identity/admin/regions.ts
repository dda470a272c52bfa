import type { Agency } from '../hooks';

/** A region's code without the zeros behind its level: 3605, 360502, 360502001… */
export function short(code: number): string {
  const text = String(code).padStart(15, '0');
  const end = [4, 6, 9, 12].find((length) => /^0*$/.test(text.slice(length)));
  return text.slice(0, end ?? 15);
}

/** Names of regions by the agencies that are tied to them: who manages people may not read the map, and knows regions by their agencies. */
export function regionNames(agencies: readonly Agency[]): Map<number, string> {
  const names = new Map<number, string>();
  for (const { region, name } of agencies) if (!names.has(region)) names.set(region, `${short(region)} ${name}`);
  return names;
}
