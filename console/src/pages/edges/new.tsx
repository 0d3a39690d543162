import { type FormEvent, useState } from 'react';
import { call } from '../../api/call';
import { mayCall } from '../../api/session';
import { line } from '../../api/shell';
import { go, to } from '../../app/router';
import { t } from '../../text';
import { AsCommand } from '../../ui/command';
import { Button, CopyButton, Note, Panel } from '../../ui/kit';
import { useWrite } from '../../ui/write';
import { configurationOf, type EdgeForm, type EdgeKind, kinds, membersOf, wordsOf } from './model';

const root = '/var/lib/livecert/edges';

function Field({ name, label, form, set, hint }: { name: keyof EdgeForm; label: string; form: EdgeForm; set: (form: EdgeForm) => void; hint?: string }) {
  return (
    <>
      <label htmlFor={`lc-edge-${name}`}>{label}</label>
      <input id={`lc-edge-${name}`} value={form[name]} onChange={(event) => set({ ...form, [name]: event.target.value })} spellCheck={false} />
      {hint && <p className="lc-quiet">{hint}</p>}
    </>
  );
}

export function NewEdgePage() {
  const [form, set] = useState<EdgeForm>({ kind: 'nginx', name: 'front', listen: '127.0.0.1:443', domains: '', directory: `${root}/front`, file: `${root}/srs/livecert.pem`, socket: `${root}/haproxy/api.sock` });
  const write = useWrite();
  if (!mayCall('CreateEdge')) return <><h1>{t('edges.connect')}</h1><Note kind="info" title={t('readOnly')} /></>;
  const connect = (event: FormEvent) => {
    event.preventDefault();
    write.run(async () => {
      await call('CreateEdge', membersOf(form));
      go(to(['edges']));
      return undefined;
    });
  };
  const text = configurationOf(form);
  return (
    <>
      <h1>{t('edges.connect')}</h1>
      <div className="lc-columns">
        <Panel title={t('edges.where')}>
          <form className="lc-form" onSubmit={connect}>
            <label htmlFor="lc-edge-kind">{t('edges.kind')}</label>
            <select id="lc-edge-kind" value={form.kind} onChange={(event) => set({ ...form, kind: event.target.value as EdgeKind })}>
              {kinds.map((kind) => <option key={kind} value={kind}>{kind}</option>)}
            </select>
            <Field name="name" label={t('edges.name')} form={form} set={set} />
            <Field name="listen" label={t('edges.listens')} form={form} set={set} hint={t('edges.listenHint')} />
            {form.kind !== 'srs' && form.kind !== 'caddy' && <Field name="directory" label={t('edges.folder')} form={form} set={set} hint={t('edges.folderHint')} />}
            {form.kind === 'srs' && <Field name="file" label={t('edges.file')} form={form} set={set} hint={t('edges.folderHint')} />}
            {form.kind === 'haproxy' && <Field name="socket" label={t('edges.socket')} form={form} set={set} />}
            <Field name="domains" label={t('edges.takes')} form={form} set={set} hint={t('edges.domainsHint')} />
            <Button type="submit" variant="primary" isDisabled={write.isBusy}>{t('edges.connectNow')}</Button>
          </form>
          {write.outcome}
        </Panel>
        <Panel title={t('edges.paste')} actions={text ? <CopyButton text={text} label={t('copy.command')} /> : undefined}>
          {text ? <pre className="lc-paste" translate="no" tabIndex={0}>{text}</pre> : <p>{t('edges.noPaste')}</p>}
        </Panel>
      </div>
      <AsCommand lines={[line('livecert', 'edge', 'add', ...wordsOf(form))]} writes={[['CreateEdge', membersOf(form)]]} />
    </>
  );
}
