import { App, type FormInstance } from 'antd';
import { useCallback } from 'react';
import { done, ProblemError } from '../../api/client';
import { useI18n } from '../../i18n';

/** What to say of something that failed. */
export function useSaying(): (error: unknown) => string {
  const { t } = useI18n();
  return useCallback((error) => (error instanceof ProblemError ? error.message : t('network')), [t]);
}

/** Says that something failed, in passing. */
export function useFailed(): (error: unknown) => void {
  const { message } = App.useApp();
  const saying = useSaying();
  return useCallback((error) => void message.error(saying(error)), [message, saying]);
}

/** Puts what the server found wrong to the fields it is about; gives whether it found one, and leaves the first in focus. */
export function showFaults(form: FormInstance, error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  const known = Object.keys(form.getFieldsValue() as object);
  const faults = error.errors
    .map(({ pointer, detail }) => ({ name: pointer.slice(1).split('/')[0] ?? '', errors: [detail] }))
    .filter(({ name }) => known.includes(name));
  if (faults.length === 0) return false;
  form.setFields(faults);
  form.focusField(faults[0]?.name);
  return true;
}

/** Shows faults at their fields, and what belongs to none in passing. */
export function useFaults(form: FormInstance): (error: unknown) => void {
  const failed = useFailed();
  return useCallback(
    (error) => {
      if (!showFaults(form, error)) failed(error);
    },
    [form, failed],
  );
}

/** Waits for what is done at once, or asked of another administrator; gives whether it waits for them. */
export async function isAsked(
  answer: Promise<{ data?: unknown; error?: unknown; response: Response }>,
): Promise<boolean> {
  await done(answer);
  return (await answer).response.status === ACCEPTED;
}
const ACCEPTED = 202;

/** Optional texts are left out rather than sent empty. */
export const given = (text: string | undefined | null): string | null => text?.trim() || null;
