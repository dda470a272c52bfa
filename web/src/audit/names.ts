import { catalogues, type TextKey } from '../i18n';

/** What an action is called; its own name where the catalogue has none. */
export function actionName(action: string, t: (key: TextKey) => string): string {
  const key = `act_${action.replaceAll('.', '_')}`;
  return key in catalogues.en ? t(key as TextKey) : action;
}

export type Result = 'ok' | 'denied' | 'failed';
export const results: readonly Result[] = ['ok', 'denied', 'failed'];
export const isResult = (text: string): text is Result => (results as readonly string[]).includes(text);
