/** What a new password is measured by as it is typed; the server decides (src/modules/identity/rules.rs). */
export interface Measured {
  password: string;
  again: string;
  login: string;
  name: string;
  /** The least length, where the page knows it. */
  least: number;
}

export const passwordRules = ['length', 'kinds', 'own', 'varied', 'same'] as const;
export type PasswordRule = (typeof passwordRules)[number];

/** A sentence needs no digits and signs. */
const LONG = 20;
const DIFFERENT = 5;
/** No policy asks for less. */
export const LEAST = 8;

/** Which rules a password keeps. */
export function kept({ password, again, login, name, least }: Measured): Record<PasswordRule, boolean> {
  const characters = [...password];
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z0-9]/].filter((kind) => kind.test(password)).length;
  const lower = password.toLowerCase();
  return {
    length: characters.length >= least,
    kinds: kinds >= 3 || characters.length >= LONG,
    own: password !== '' && !lower.includes(login) && !lower.includes(name.toLowerCase()),
    varied: new Set(lower).size >= DIFFERENT,
    same: password !== '' && password === again,
  };
}
