import { currentLanguage, t } from '../text';
import { setLanguage, setTheme, themeNow } from './settings';

// Language and theme: each button says what it changes to.
export function Switches() {
  const isChinese = currentLanguage() === 'zh';
  const isDark = themeNow() === 'dark';
  return (
    <span className="lc-switches">
      <button type="button" lang={isChinese ? 'en' : 'zh-CN'} onClick={() => setLanguage(isChinese ? 'en' : 'zh')}>{isChinese ? 'English' : '中文'}</button>
      <button type="button" onClick={() => setTheme(isDark ? 'light' : 'dark')}>{isDark ? t('theme.light') : t('theme.dark')}</button>
    </span>
  );
}
