import { useRef } from 'react';
import { offer } from '../../app/drop';
import type { Taken } from '../../secret/files';
import { t } from '../../text';
import { Button, Panel } from '../../ui/kit';
import { type Mark, Shape } from '../../ui/state';

// A pasted block becomes a file at once, so that no field ever holds a key.
async function paste(): Promise<void> {
  const text = await navigator.clipboard.readText();
  if (text.includes('-----BEGIN ')) offer([new File([text], 'clipboard.pem')]);
}

export function DropZone({ add, isSmall }: { add: (files: File[]) => void; isSmall: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className={`lc-drop-zone ${isSmall ? 'lc-small' : ''}`}>
      <p>{t('drop.here')}</p>
      {!isSmall && <p className="lc-quiet">{t('drop.kinds')}</p>}
      <div className="lc-inline">
        <Button variant="primary" onClick={() => input.current?.click()}>{t('drop.choose')}</Button>
        <Button variant="secondary" onClick={() => void paste().catch(() => undefined)}>{t('drop.paste')}</Button>
      </div>
      <input ref={input} type="file" multiple className="lc-hidden" aria-label={t('drop.choose')} tabIndex={-1} onChange={(event) => {
        add([...(event.target.files ?? [])]);
        event.target.value = '';
      }} />
    </div>
  );
}

const marks: Record<Taken['kind'], Mark> = {
  certificates: 'shown', key: 'shown', both: 'shown', request: 'nothing', password: 'failing', credentials: 'nothing', other: 'failing',
};

export function FileList({ files, remove }: { files: Taken[]; remove: (name: string) => void }) {
  if (files.length === 0) return null;
  return (
    <Panel title={t('upload.files')} className="lc-files">
      <ul className="lc-rows">
        {files.map(({ file, kind, certificates, keys }) => (
          <li key={file.name}>
            <Shape mark={marks[kind]} />
            <div>
              <p translate="no">{file.name}</p>
              <p className="lc-quiet">{t(`file.${kind}`, { n: certificates.length, k: keys })}</p>
            </div>
            <Button variant="link" onClick={() => remove(file.name)} aria-label={`${t('file.remove')} ${file.name}`}>{t('file.remove')}</Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
