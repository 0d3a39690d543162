// Keys for those who know them; none but Ctrl-K works while a field has the focus or a dialog is open.
import { useEffect, useRef, useState } from 'react';
import { t } from '../text';
import { openPalette } from './palette';
import { go, to } from './router';

const pages: Record<string, string[]> = { o: [], c: ['certificates'], d: ['domains'], e: ['edges'], k: ['calendar'], u: ['upload'], n: ['notices'], a: ['audit'] };

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(checkbox|radio)$/.test((target as HTMLInputElement).type));

// The search of the page, or the palette where the page has none.
function search(): void {
  const field = document.querySelector<HTMLInputElement>('.lc-toolbar input[type=search]');
  if (field) field.focus();
  else openPalette();
}

// Rows of the list: j and k go down and up, x selects, Enter follows the link that has the focus.
function row(by: number): void {
  const links = [...document.querySelectorAll<HTMLElement>('.lc-table tbody tr')].map((line) => line.querySelector<HTMLElement>('td:not(.lc-check) a')).filter((link) => link !== null);
  const now = links.findIndex((link) => link.closest('tr')?.contains(document.activeElement));
  links[now < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(now + by, 0), links.length - 1)]?.focus();
}

const select = () => document.activeElement?.closest('tr')?.querySelector<HTMLInputElement>('.lc-check input')?.click();

export function Keys() {
  const [isHelp, setHelp] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    let begun = 0;
    const single: Record<string, () => void> = { '/': search, '?': () => setHelp(true), j: () => row(1), k: () => row(-1), x: select };
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey) {
        event.preventDefault();
        if (!document.querySelector('[role=dialog]')) openPalette();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open], [role=dialog]')) return;
      if (Date.now() - begun < 1_500 && pages[event.key]) {
        begun = 0;
        go(to(pages[event.key]!));
      } else if (event.key === 'g') {
        begun = Date.now();
      } else if (Object.hasOwn(single, event.key)) {
        event.preventDefault();
        single[event.key]!();
      }
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  useEffect(() => {
    if (isHelp) dialog.current?.showModal();
  }, [isHelp]);
  if (!isHelp) return null;
  const keys = [['Ctrl K', t('palette')], ['/', t('keys.search')], ['g', t('keys.go')], ['j k', t('keys.rows')], ['x', t('keys.select')], ['Enter', t('keys.open')], ['Esc', t('close')], ['?', t('keys.help')]] as const;
  return (
    <dialog ref={dialog} className="lc-palette" aria-labelledby="lc-keys" onClose={() => setHelp(false)}>
      <h2 id="lc-keys">{t('keys.title')}</h2>
      <dl className="lc-facts">{keys.flatMap(([key, text]) => [<dt key={key}><kbd translate="no">{key}</kbd></dt>, <dd key={text}>{text}</dd>])}</dl>
      <form method="dialog"><button className="lc-button">{t('close')}</button></form>
    </dialog>
  );
}
