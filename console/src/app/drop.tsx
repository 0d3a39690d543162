// Files may be dropped or pasted on any page; they wait here until the page of uploads takes them.
import { useEffect, useState } from 'react';
import { mayCall } from '../api/session';
import { t } from '../text';
import { go, parsePlace, to } from './router';

let waiting: File[] = [];
const listeners = new Set<() => void>();

export const takeDropped = (): File[] => {
  const files = waiting;
  waiting = [];
  return files;
};
export const onDropped = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function offer(files: Iterable<File>): void {
  waiting.push(...files);
  if (waiting.length === 0) return;
  if (parsePlace(location.hash).path[0] === 'upload') for (const listener of listeners) listener();
  else go(to(['upload']));
}

const isFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

// Text with PEM in it becomes a file at once: nothing secret stands in a field.
function pasted(event: ClipboardEvent): void {
  if (event.target instanceof HTMLInputElement) return;
  const files = [...(event.clipboardData?.files ?? [])];
  const text = event.clipboardData?.getData('text/plain') ?? '';
  if (text.includes('-----BEGIN ')) files.push(new File([text], 'clipboard.pem'));
  offer(files);
}

export function DropAnywhere() {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    if (!mayCall('CreateCert')) return undefined;
    const over = (event: DragEvent) => {
      if (!isFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      offer(event.dataTransfer?.files ?? []);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    addEventListener('paste', pasted);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
      removeEventListener('paste', pasted);
    };
  }, []);
  return isOver ? <div className="lc-drop-target" aria-hidden="true">{t('drop.here')}</div> : null;
}
