// The only things that the console keeps in this browser: language and theme. No secret is ever among them.
import { chooseLanguage, type Language } from '../text';

export type Theme = 'light' | 'dark';

const kept = (name: string): string | null => {
  try {
    return localStorage.getItem(`livecert.${name}`);
  } catch {
    return null;
  }
};
const keep = (name: string, value: string): void => {
  try {
    localStorage.setItem(`livecert.${name}`, value);
  } catch {
    // A browser that keeps nothing only asks again.
  }
};

const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();
let language: Language = 'en';
let theme: Theme = 'light';

function apply(): void {
  chooseLanguage(language);
  document.documentElement.classList.toggle('pf-v6-theme-dark', theme === 'dark');
  for (const listener of listeners) listener();
}

export const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const settingsNow = (): string => `${language} ${theme}`;
export const themeNow = (): Theme => theme;

export function setLanguage(chosen: Language): void {
  language = chosen;
  keep('language', chosen);
  apply();
}
export function setTheme(chosen: Theme): void {
  theme = chosen;
  keep('theme', chosen);
  apply();
}

export function startSettings(): void {
  const named = kept('language');
  language = named === 'zh' || named === 'en' ? named : navigator.language.startsWith('zh') ? 'zh' : 'en';
  const colour = kept('theme');
  theme = colour === 'dark' || colour === 'light' ? colour : dark.matches ? 'dark' : 'light';
  dark.addEventListener('change', () => {
    if (!kept('theme')) {
      theme = dark.matches ? 'dark' : 'light';
      apply();
    }
  });
  apply();
}
