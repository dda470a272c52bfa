/** A field of what is filled in for an action. */
export type ActionField =
  | 'note'
  | 'reason'
  | 'main'
  | 'level'
  | 'severity'
  | 'unit'
  | 'helpers'
  | 'below'
  | 'colleague'
  | 'checker'
  | 'hours'
  | 'review_on'
  | 'run_at'
  | 'rating'
  | 'place'
  | 'files';

interface ActionForm {
  fields: readonly ActionField[];
  /** Those that have to be filled in. */
  needed: readonly ActionField[];
}

const plain = (needed: readonly ActionField[], more: readonly ActionField[] = []): ActionForm => ({
  fields: [...needed, ...more].sort((a, b) => Number(a === 'note') - Number(b === 'note')),
  needed,
});

/** The same, with photos and documents. */
const shown = (needed: readonly ActionField[], more: readonly ActionField[] = []): ActionForm => {
  const form = plain(needed, more);
  return { ...form, fields: [...form.fields, 'files'] };
};

/** What each form of the process asks for, the note and the files last. */
const FORMS: Readonly<Record<string, ActionForm>> = {
  reason: shown(['note'], ['reason']),
  merge: plain(['main'], ['note']),
  answer: shown(['note']),
  note: shown(['note']),
  supervise: plain(['note']),
  finish: shown(['note']),
  file: plain(['level'], ['severity', 'note']),
  dispatch: plain(['unit'], ['helpers', 'note']),
  sub_assign: plain([], ['below', 'colleague', 'note']),
  ask_extension: shown(['hours', 'note']),
  ask_return: shown(['reason', 'note']),
  ask_hang: shown(['reason', 'review_on', 'note']),
  ask_check: plain(['checker'], ['note']),
  call_back: shown(['rating', 'note']),
  verify: shown([], ['note']),
  check: shown([], ['note']),
  move_level: plain(['run_at'], ['note']),
  relocate: shown(['place', 'note']),
};

/** What is asked for with an action that has this form. */
export const formOf = (form: string | null | undefined): ActionForm => FORMS[form ?? ''] ?? plain([], ['note']);

/** The groups of reasons by the action for which one is given. */
export const reasonsOf = (action: string): string =>
  action === 'ask_return' ? 'return' : action === 'ask_hang' ? 'hang' : 'refuse';
