import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { fill, type Values } from './fill';
import type { Language } from './language';
import { shared } from './shared';

export type { Values } from './fill';
export type { Language } from './language';

/** The words that every page may say. */
export type SharedKey = keyof (typeof shared)['zh-CN'];
/** A catalogue: the same keys in each language. */
export type Words<Key extends string = string> = Record<Language, Record<Key, string>>;

/** The shared words, for what is no component. */
export const catalogues: Words<SharedKey> = shared;
const KEY = 'gridhall.language';

interface Spoken {
  language: Language;
  number: (value: number, digits?: number) => string;
  /** Square metres in the large unit that the language counts in. */
  squareMetres: (value: number) => string;
  time: (iso: string) => string;
  /** What a module's manifest calls something, in the reader's language. */
  title: (title: { zh: string; en: string } | null | undefined) => string;
  setLanguage: (language: Language) => void;
}

export interface I18n<Key extends string = SharedKey> extends Spoken {
  /** A sentence, with what stands in its places. Numbers are written as the language does. */
  t: (key: Key, values?: Values) => string;
}

/** What large areas are counted in: ten thousands in Chinese, millions in English. */
const LARGE: Record<Language, number> = { 'zh-CN': 1e4, en: 1e6 };

const Context = createContext<Spoken | null>(null);

export function currentLanguage(): Language {
  return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh-CN';
}

export function I18nProvider({ children }: { children: ReactNode }) {
  const [language, set] = useState<Language>(currentLanguage);
  const value = useMemo<Spoken>(() => {
    document.documentElement.lang = language;
    const numbers = (digits: number) => new Intl.NumberFormat(language, { maximumFractionDigits: digits });
    const times = new Intl.DateTimeFormat(language, {
      timeZone: 'Asia/Shanghai',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    return {
      language,
      number: (number, digits = 0) => numbers(digits).format(number),
      squareMetres: (value) =>
        value < LARGE[language]
          ? `${numbers(0).format(value)} ${shared[language].m2}`
          : `${numbers(1).format(value / LARGE[language])} ${shared[language].largeSquareMetres}`,
      time: (iso) => times.format(new Date(iso)),
      title: (title) => (title ? (language === 'en' ? title.en : title.zh) : ''),
      setLanguage: (next) => {
        localStorage.setItem(KEY, next);
        set(next);
      },
    };
  }, [language]);
  return <Context value={value}>{children}</Context>;
}

const NONE: Words<never> = { 'zh-CN': {}, en: {} };

/** Says sentences in a language: the words of a module, and those that all share. */
export function speaker<Key extends string = never>(words: Words<Key>, language: Language): I18n<Key | SharedKey>['t'] {
  const own: Record<string, string> = words[language];
  const all: Record<string, string> = shared[language];
  return (key, values) => fill(own[key] ?? all[key] ?? key, values, language);
}

/** What a page says: the words of its module, and those that all share. */
export function useI18n<Key extends string = never>(words: Words<Key> = NONE as Words<Key>): I18n<Key | SharedKey> {
  const spoken = useContext(Context);
  if (!spoken) throw new Error('useI18n outside of I18nProvider');
  return useMemo(() => ({ ...spoken, t: speaker(words, spoken.language) }), [spoken, words]);
}
