// Adds a channel. The address of a robot and what signs for it are secrets: they go from their fields into bytes that are
// overwritten after the call, and the page keeps neither.
import { type FormEvent, useRef, useState } from 'react';
import { call } from '../../api/call';
import { mayCall } from '../../api/session';
import { go, to } from '../../app/router';
import { secretsBody } from '../../secret/body';
import { currentLanguage, t } from '../../text';
import { AsCommand } from '../../ui/command';
import { Button, Note, Panel } from '../../ui/kit';
import { useWrite } from '../../ui/write';
import { addressOf, type ChannelForm, type ChannelKind, commandOf, hasRecipient, kinds, membersOf, secretOf } from './model';

type TextName = 'name' | 'accounts' | 'quiet' | 'to' | 'from' | 'user';

interface FieldProps {
  name: TextName;
  label: string;
  form: ChannelForm;
  set: (form: ChannelForm) => void;
  hint?: string;
  isRequired?: boolean;
}

function Field({ name, label, form, set, hint, isRequired = false }: FieldProps) {
  return (
    <>
      <label htmlFor={`lc-channel-${name}`}>{label}</label>
      <input id={`lc-channel-${name}`} value={form[name]} required={isRequired} spellCheck={false} autoComplete="off"
        onChange={(event) => set({ ...form, [name]: event.target.value })} />
      {hint && <p className="lc-quiet">{hint}</p>}
    </>
  );
}

function Secrets({ kind }: { kind: ChannelKind }) {
  const secret = secretOf[kind];
  return (
    <>
      <label htmlFor="lc-channel-url">{t('notices.address')}</label>
      <input id="lc-channel-url" name="url" type={kind === 'mail' || kind === 'telegram' || kind === 'alertmanager' ? 'text' : 'password'} required
        autoComplete="off" spellCheck={false} translate="no" placeholder={addressOf[kind]} />
      {secret && (
        <>
          <label htmlFor="lc-channel-secret">{t(`notices.secret.${secret}`)}</label>
          <input id="lc-channel-secret" name="secret" type="password" required={secret === 'mustSign' || secret === 'token'} autoComplete="new-password" />
        </>
      )}
      <p className="lc-quiet">{t('notices.sealed')}</p>
    </>
  );
}

export function NewChannelPage() {
  const [form, set] = useState<ChannelForm>({ kind: 'feishu', name: '', language: currentLanguage(), accounts: '', quiet: '', to: '', from: '', user: '' });
  const element = useRef<HTMLFormElement>(null);
  const write = useWrite();
  if (!mayCall('CreateNotifyChannel')) return <><h1>{t('notices.add')}</h1><Note kind="info" title={t('notices.rootOnly')} /></>;
  const { kind } = form;
  const taken = (name: string): string | undefined => {
    const field = element.current!.elements.namedItem(name) as HTMLInputElement | null;
    const value = field?.value.trim();
    if (field) field.value = '';
    return value || undefined;
  };
  const add = (event: FormEvent) => {
    event.preventDefault();
    const body = secretsBody(membersOf(form), { URL: taken('url'), Secret: taken('secret') });
    write.run(async () => {
      try {
        await call('CreateNotifyChannel', body);
      } finally {
        body.fill(0);
      }
      go(to(['notices']));
      return undefined;
    });
  };
  return (
    <>
      <h1>{t('notices.add')}</h1>
      <Panel title={t('notices.channel')}>
        <form ref={element} className="lc-form" onSubmit={add}>
          <label htmlFor="lc-channel-kind">{t('edges.kind')}</label>
          <select id="lc-channel-kind" value={kind} onChange={(event) => set({ ...form, kind: event.target.value as ChannelKind })}>
            {kinds.map((each) => <option key={each} value={each}>{t(`notices.kind.${each}`)}</option>)}
          </select>
          <Field name="name" label={t('edges.name')} form={form} set={set} hint={t('notices.nameHint')} isRequired />
          <Secrets key={kind} kind={kind} />
          {hasRecipient(kind) && <Field name="to" label={t(kind === 'mail' ? 'notices.to' : 'notices.chat')} form={form} set={set} isRequired />}
          {kind === 'mail' && <Field name="from" label={t('notices.from')} form={form} set={set} isRequired />}
          {kind === 'mail' && <Field name="user" label={t('notices.user')} form={form} set={set} />}
          <label htmlFor="lc-channel-language">{t('notices.language')}</label>
          <select id="lc-channel-language" value={form.language} onChange={(event) => set({ ...form, language: event.target.value as 'en' | 'zh' })}>
            <option value="zh" lang="zh-CN">中文</option>
            <option value="en" lang="en">English</option>
          </select>
          <Field name="quiet" label={t('notices.quietHours')} form={form} set={set} hint={t('notices.quietHint')} />
          <Field name="accounts" label={t('nav.accounts')} form={form} set={set} hint={t('notices.accountsHint')} />
          <Button type="submit" variant="primary" isDisabled={write.isBusy}>{t('notices.addNow')}</Button>
        </form>
        {write.outcome}
      </Panel>
      <AsCommand lines={[commandOf(form, secretOf[kind] !== undefined)]} />
    </>
  );
}
