/** The languages that the pages are written in. */
export type Language = 'zh-CN' | 'en';
