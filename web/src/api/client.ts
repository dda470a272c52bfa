import createClient, { type Middleware } from 'openapi-fetch';
import { currentLanguage } from '../i18n';
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
export type Moments = Schemas['Moments'];
export type Picture = Schemas['Picture'];
export type Scene = Schemas['Scene'];
export type Screen = Schemas['Screen'];

/** What the server said when it couldn't do what was asked (RFC 9457). */
export class ProblemError extends Error {
  constructor(readonly status: number, readonly title: string, readonly detail: string) {
    super(detail || title);
  }
}

const language: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', currentLanguage());
    return request;
  },
};

export const client = createClient<paths>({ baseUrl: '/' });
client.use(language);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer, or the problem thrown. */
export async function take<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (data !== undefined && response.ok) return data;
  const problem = (error ?? {}) as { title?: string; detail?: string };
  throw new ProblemError(response.status, problem.title ?? response.statusText, problem.detail ?? '');
}
