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
  from: new Date(Date.now() - 7 * DAY_MS).toISOString(),
  to: null,
  actor: '',
  action: '',
  object: '',
  region: '',
  result: '',
  address: '',
  text: '',
});

/** The filter as the server takes it: what is empty isn't said. */
export function asQuery(filter: Filter): Record<string, string> {
  const said = Object.entries(filter).map(
    ([name, value]: [string, string | null]) => [name, (value ?? '').trim()] as const,
  );
  return Object.fromEntries(said.filter(([, value]) => value !== ''));
}

/** A week's entries begin where they did when this window was opened: a list that is read on does not move. */
const begun = usual().from;
const results = ['ok', 'denied', 'failed'] as const;

/** What an address asks for; the past week where it says nothing. */
export function filterOf(said: URLSearchParams): Filter {
  const text = (name: string) => said.get(name) ?? '';
  const moment = (name: string) => (Number.isNaN(Date.parse(text(name))) ? null : text(name));
  return {
    from: moment('from') ?? begun,
    to: moment('to'),
    actor: text('actor'),
    action: text('action'),
    object: text('object'),
    region: text('region'),
    result: results.find((known) => known === text('result')) ?? '',
    address: text('address'),
    text: text('text'),
  };
}
