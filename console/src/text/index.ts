// t('key', {n: 3}): the sentence in the language that is chosen. `{n}` is a value; `{n|one domain|# domains}` chooses by
// the number, which stands for #.
import { en, type Key } from './en';
import { zh } from './zh';

export type Language = 'en' | 'zh';
const texts = { en, zh };
let language: Language = 'en';
let plurals = new Intl.PluralRules('en');

export type { Key };
export const currentLanguage = (): Language => language;
export const locale = (): string => (language === 'zh' ? 'zh-CN' : 'en-GB');

export function chooseLanguage(chosen: Language): void {
  language = chosen;
  plurals = new Intl.PluralRules(chosen);
  document.documentElement.lang = chosen === 'zh' ? 'zh-CN' : 'en';
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return texts[language][key].replaceAll(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name: string, one?: string, other?: string) => {
    const value = values[name] ?? '';
    const shown = typeof value === 'number' ? value.toLocaleString(locale()) : value;
    if (one === undefined) return shown;
    return ((plurals.select(Number(value)) === 'one' ? one : other) ?? '').replace('#', shown);
  });
}

export const isKey = (key: string): key is Key => key in en;
