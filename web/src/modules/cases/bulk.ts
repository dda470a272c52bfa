import { client, done, ProblemError, take } from '../../api/client';
import type { BulkAction } from '../../kit/list/BulkBar';
import type { ListedCase } from './queries';
import type { TextKey } from './words';

/** What can be done with several cases at once: who may, in which state, and what is filled in. */
const OFFERED: readonly { action: string; permission: string; draft?: (of: ListedCase, t: Say) => Promise<object> }[] =
  [
    { action: 'accept', permission: 'case.accept' },
    {
      action: 'file',
      permission: 'case.file',
      draft: async ({ severity }) => ({ level: 1, severity: Number(severity) }),
    },
    {
      action: 'dispatch',
      permission: 'case.dispatch',
      draft: async ({ id }, t) => {
        const { suggested } = await take(client.GET('/api/cases/{id}', { params: { path: { id } } }));
        if (!suggested) throw new ProblemError(0, undefined, t('bulkNoUnit'));
        return { unit: suggested.id };
      },
    },
    { action: 'sign', permission: 'case.handle' },
    { action: 'close', permission: 'case.close' },
  ];

type Say = (key: TextKey) => string;

/** The actions that somebody may take with what they marked; each case's refusal is told with its reason. */
export const bulkActions = (permissions: readonly string[], t: Say): BulkAction<ListedCase>[] =>
  OFFERED.filter(({ permission }) => permissions.includes(permission)).map(({ action, draft }) => ({
    key: action,
    title: t(`bulk_${action}` as TextKey),
    name: ({ number }) => number,
    run: async (of) => {
      const body = (await draft?.(of, t)) ?? {};
      await done(
        client.POST('/api/cases/{id}/actions/{action}', {
          params: { path: { id: of.id, action }, header: { 'idempotency-key': crypto.randomUUID() } },
          body: body as never,
        }),
      );
    },
  }));
