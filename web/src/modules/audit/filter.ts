/** Which entries are asked for; moments in ISO form, everything else as it is typed. */
export interface Filter {
  from: string;
  to: string | null;
  actor: string;
  action: string;
  object: string;
  region: string;
  result: '' | 'ok' | 'denied' | 'failed';
  address: string;
  text: string;
}

export const DAY_MS = 86_400_000;

export const usual = (): Filter => ({
  from: new Date(Date.now() - 7 * DAY_MS).toISOString(), to: null, actor: '', action: '', object: '', region: '', result: '', address: '', text: '',
});

/** The filter as the server takes it: what is empty isn't said. */
export function asQuery(filter: Filter): Record<string, string> {
  const said = Object.entries(filter).map(([name, value]: [string, string | null]) => [name, (value ?? '').trim()] as const);
  return Object.fromEntries(said.filter(([, value]) => value !== ''));
}
