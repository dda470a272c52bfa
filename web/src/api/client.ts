import createClient, { type Middleware } from 'openapi-fetch';
import { catalogues, currentLanguage } from '../i18n';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];
export type Statistics = Schemas['AreaStatistics'];
export type Region = Schemas['RegionDetail'];
export type Found = Schemas['FoundItem'];
export type LayerInfo = Schemas['LayerInfo'];
export type Session = Schemas['Session'];
export type City = Schemas['City'];
export type CaseFigures = Schemas['CaseFigures'];
export type CaseChild = Schemas['Child'];
export type RegionMeasures = Schemas['RegionMeasures'];
export type Moments = Schemas['CaseMoments'];
export type Picture = Schemas['Picture'];
export type Scene = Schemas['Scene'];
export type Screen = Schemas['Screen'];

/** One field that the server found wrong, by its JSON pointer. */
export type FieldError = Schemas['FieldError'];

/** What the server said when it couldn't do what was asked (RFC 9457). */
export class ProblemError extends Error {
  /** The kind of problem, without the prefix that all have in common. */
  readonly kind: string;
  readonly title: string;

  constructor(
    readonly status: number,
    title: string | undefined,
    readonly detail: string,
    kind = '',
    readonly errors: readonly FieldError[] = [],
    readonly retryAfter = 0,
  ) {
    // Who answers without saying why isn't the server, or it is broken: an HTTP status is no sentence for a reader.
    super(detail || (title ?? catalogues[currentLanguage()].network));
    this.title = title ?? catalogues[currentLanguage()].network;
    this.kind = kind.replace('urn:gridhall:problem:', '');
  }
}

const language: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', currentLanguage());
    return request;
  },
};

export const client = createClient<paths, 'application/json'>({ baseUrl: '/' });
client.use(language);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

function problemOf({ error, response }: Answer<unknown>): ProblemError {
  const problem = (error ?? {}) as Partial<Schemas['Problem']>;
  const wait = Number(response.headers.get('Retry-After') ?? 0);
  return new ProblemError(response.status, problem.title, problem.detail ?? '', problem.type, problem.errors, wait);
}

/** The data of an answer, or the problem thrown. */
export async function take<T>(answer: Promise<Answer<T>>): Promise<T> {
  const given = await answer;
  if (given.data !== undefined && given.response.ok) return given.data;
  throw problemOf(given);
}

/** Waits for an answer that says nothing but that it is done, or throws the problem. */
export async function done(answer: Promise<Answer<unknown>>): Promise<void> {
  const given = await answer;
  if (!given.response.ok) throw problemOf(given);
}
