import { ProblemError } from '../../src/api/client';
import type { ListSource } from '../../src/kit/list/useList';

/** A well, as the sample module of the server's tests tells it. */
export interface Well {
  id: number;
  name: string;
  state: string;
  depth: number | null;
  inspected_at: string | null;
}

/** What a well was for a while. */
export interface WellVersion {
  from: string;
  until: string | null;
  changed_by: string;
  why: string;
  state: string;
}

/** The product's document doesn't know the sample's addresses: they are asked for by hand. */
export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(path, signal ? { signal } : {});
  const body: unknown = await answer.json();
  if (answer.ok) return body as T;
  const { title, detail = '' } = body as { title?: string; detail?: string };
  throw new ProblemError(answer.status, title, detail);
}

export const wells: ListSource<Well> = {
  key: 'wells',
  path: '/api/wells',
  fetch: (query, signal) => ask(`/api/wells?${new URLSearchParams({ ...query, count: 'true' }).toString()}`, signal),
};
