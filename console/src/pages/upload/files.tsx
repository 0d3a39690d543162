import { type FormEvent, useRef } from 'react';
import { offer } from '../../app/drop';
import { isCredentials } from '../../secret/files';
import type { Inspection } from '../../api/types';
import { t } from '../../text';
import { Button, Panel } from '../../ui/kit';
import { type Mark, Shape } from '../../ui/state';
import { type FileState, needsPassword, stateOf } from './model';

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

function markOf({ certificates, keys, faults }: FileState): Mark {
  if (faults.some(({ About }) => About === 'certificate' || About === 'key' || About === 'limit')) return 'failing';
  if (certificates + keys > 0) return 'shown';
  return faults.some(({ About }) => About === 'protected') ? 'soon' : 'nothing';
}

function wordOf({ certificates: n, keys: k, faults }: FileState, file: File): string {
  if (n > 0) return t(k > 0 ? 'file.both' : 'file.certificates', { n, k });
  if (k > 0) return t('file.key', { k });
  if (isCredentials(file)) return t('file.credentials');
  return faults.length > 0 ? '' : t('file.other');
}

function OneFile({ file, state, remove }: { file: File; state: FileState | undefined; remove: (name: string) => void }) {
  return (
    <li>
      <Shape mark={state ? markOf(state) : 'going'} />
      <div>
        <p translate="no">{file.name}</p>
        {state && wordOf(state, file) && <p className="lc-quiet">{wordOf(state, file)}</p>}
        {state?.faults.slice(0, 8).map((fault) => (
          <p key={fault.Origin + fault.Message} className="lc-quiet">
            {fault.Origin !== file.name && <><span translate="no">{fault.Origin.slice(file.name.length + 2)}</span> </>}
            {fault.Message}{fault.Detail ? <>: {fault.Detail}</> : <>{t('list.stop')}{fault.Remedy}{t('list.stop')}</>}
          </p>
        ))}
      </div>
      <Button variant="link" onClick={() => remove(file.name)} aria-label={`${t('file.remove')} ${file.name}`}>{t('file.remove')}</Button>
    </li>
  );
}

// The field is emptied at once: the page keeps the password as bytes, until the files are gone.
function Password({ names, isWrong, open }: { names: string[]; isWrong: boolean; open: (text: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const send = (event: FormEvent) => {
    event.preventDefault();
    const text = field.current?.value ?? '';
    if (field.current) field.current.value = '';
    if (text) open(text);
  };
  return (
    <form className="lc-form lc-password" onSubmit={send}>
      <label htmlFor="lc-password">{t('file.passwordOf')} <strong translate="no">{names.slice(0, 3).join(', ')}</strong></label>
      {isWrong && <p role="alert">{t('file.wrongPassword')}</p>}
      <div className="lc-inline">
        <input id="lc-password" ref={field} type="password" autoComplete="off" required />
        <Button type="submit" variant="secondary">{t('file.open')}</Button>
      </div>
    </form>
  );
}

interface Props {
  files: File[];
  inspection: Inspection | undefined;
  hasPassword: boolean;
  open: (text: string) => void;
  remove: (name: string) => void;
}

export function FileList({ files, inspection, hasPassword, open, remove }: Props) {
  if (files.length === 0) return null;
  const closed = inspection ? needsPassword(inspection) : [];
  return (
    <Panel title={t('upload.files')} className="lc-files">
      <ul className="lc-rows">
        {files.map((file) => <OneFile key={file.name} file={file} state={inspection && stateOf(inspection, file.name)} remove={remove} />)}
      </ul>
      {closed.length > 0 && <Password names={closed} isWrong={hasPassword} open={open} />}
    </Panel>
  );
}
