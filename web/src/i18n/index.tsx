import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';
import { en } from './en';
import { zh } from './zh-CN';

export type Language = 'zh-CN' | 'en';
export type TextKey = keyof typeof zh;

/** Every text, by language. */
export const catalogues: Record<Language, Record<TextKey, string>> = { 'zh-CN': zh, en };
const KEY = 'gridhall.language';

interface I18n {
  language: Language;
  t: (key: TextKey) => string;
  number: (value: number, digits?: number) => string;
  /** Square metres in the large unit that the language counts in. */
  squareMetres: (value: number) => string;
  time: (iso: string) => string;
  setLanguage: (language: Language) => void;
}

/** What large areas are counted in: ten thousands in Chinese, millions in English. */
const LARGE: Record<Language, number> = { 'zh-CN': 1e4, en: 1e6 };

const Context = createContext<I18n | null>(null);

export function currentLanguage(): Language {
  return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh-CN';
}

export function I18nProvider({ children }: { children: ReactNode }) {
  const [language, set] = useState<Language>(currentLanguage);
  const value = useMemo<I18n>(() => {
    document.documentElement.lang = language;
    const numbers = (digits: number) => new Intl.NumberFormat(language, { maximumFractionDigits: digits });
    const times = new Intl.DateTimeFormat(language, {
      timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
    });
    return {
      language,
      t: (key) => catalogues[language][key],
      number: (number, digits = 0) => numbers(digits).format(number),
      squareMetres: (value) => (value < LARGE[language] ? `${numbers(0).format(value)} ${catalogues[language].m2}` : `${numbers(1).format(value / LARGE[language])} ${catalogues[language].largeSquareMetres}`),
      time: (iso) => times.format(new Date(iso)),
      setLanguage: (next) => {
        localStorage.setItem(KEY, next);
        set(next);
      },
    };
  }, [language]);
  return <Context value={value}>{children}</Context>;
}

export function useI18n(): I18n {
  const value = useContext(Context);
  if (!value) throw new Error('useI18n outside of I18nProvider');
  return value;
}
