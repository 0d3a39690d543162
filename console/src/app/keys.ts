// Keys for those who know them; none of them works while a field has the focus.
import { useEffect } from 'react';
import { go, to } from './router';

const pages: Record<string, string[]> = { o: [], c: ['certificates'], d: ['domains'], e: ['edges'], k: ['calendar'], u: ['upload'] };

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

export function useKeys(): void {
  useEffect(() => {
    let begun = 0;
    const press = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('input[type=search]');
        event.preventDefault();
        if (search) search.focus();
        else go(to(['certificates']));
      } else if (event.key === 'g') {
        begun = Date.now();
      } else if (Date.now() - begun < 1_500 && pages[event.key]) {
        begun = 0;
        go(to(pages[event.key]!));
      }
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}
