// The key goes from the fields into a key of WebCrypto that cannot be read back, and nowhere else.
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { toBytes } from '../../api/bytes';
import { base, call, Problem } from '../../api/call';
import { clockError, isClockFarOff, readClock } from '../../api/clock';
import { beginSession, endedBy, endSession, useKey } from '../../api/session';
import { Signer } from '../../api/sign';
import type { Session } from '../../api/types';
import { Switches } from '../../app/switches';
import { isCredentials } from '../../secret/files';
import { t } from '../../text';
import { Button, Failed, Note } from '../../ui/kit';

const sessionHours = 8;

interface Made {
  AccessKeyId: string;
  SecretAccessKey: string;
  SecurityToken: string;
}

interface Given {
  id: string;
  secret: string;
  token: string;
}

// The key that was given only opens a session: credentials that end by themselves, and that the service holds to reading if
// that is all that was wanted. The key itself is forgotten then. Temporary credentials are used as they are.
async function signIn({ id, secret, token }: Given, isReadOnly: boolean): Promise<void> {
  await readClock(base());
  useKey(await Signer.make(id, toBytes(secret), token));
  const opened = await call<Session>('GetSession');
  if (!token) {
    const own = await call<Made>('CreateSession', { Hours: sessionHours, ReadOnly: isReadOnly });
    useKey(await Signer.make(own.AccessKeyId, toBytes(own.SecretAccessKey), own.SecurityToken));
  }
  beginSession(opened, isReadOnly);
}

export const minutesOff = (): number => Math.round(Math.abs(clockError()) / 60_000);

function Ended() {
  const why = endedBy();
  if (why !== 'idle' && why !== 'refused') return null;
  return <Note kind="info" title={t(why === 'idle' ? 'signIn.idle' : 'signIn.ended')} />;
}

function useDroppedCredentials(take: (given: Given) => void) {
  useEffect(() => {
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      const file = [...(event.dataTransfer?.files ?? [])].find(isCredentials);
      if (file) void readCredentials(file).then((given) => given && take(given));
    };
    addEventListener('dragover', over);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('drop', drop);
    };
  });
}

async function readCredentials(file: File): Promise<Given | undefined> {
  try {
    const read = JSON.parse(await file.text()) as Record<string, string>;
    const { AccessKeyId: id, SecretAccessKey: secret, SecurityToken: token } = read;
    return id && secret ? { id, secret, token: token ?? '' } : undefined;
  } catch {
    return undefined;
  }
}

export function SignInPage() {
  const form = useRef<HTMLFormElement>(null);
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const enter = async (given: Given) => {
    const isReadOnly = new FormData(form.current!).get('rights') === 'read';
    setBusy(true);
    try {
      await signIn(given, isReadOnly);
    } catch (error) {
      endSession('signed-out');
      setProblem(error instanceof Problem ? error : new Problem('NoAnswer', ''));
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const fields = new FormData(form.current!);
    const secret = form.current!.elements.namedItem('password') as HTMLInputElement;
    const given = { id: String(fields.get('username')).trim(), secret: secret.value.trim(), token: String(fields.get('token')).trim() };
    secret.value = '';
    void enter(given);
  };
  useDroppedCredentials((given) => void enter(given));
  return (
    <main className="lc-sign-in">
      <div className="lc-sign-in-top"><strong className="lc-brand">livecert</strong><Switches /></div>
      <h1>{t('signIn.title')}</h1>
      <p className="lc-quiet" translate="no">{location.host}</p>
      <Ended />
      {problem && <Failed problem={problem} />}
      {minutesOff() > 0 && (
        <Note kind={isClockFarOff() ? 'warning' : 'info'} title={t(clockError() > 0 ? 'clock.ahead' : 'clock.behind', { n: minutesOff() })} />
      )}
      <form ref={form} onSubmit={submit}>
        <label htmlFor="lc-id">{t('signIn.id')}</label>
        <input id="lc-id" name="username" required autoComplete="username" spellCheck={false} autoCapitalize="off" />
        <label htmlFor="lc-secret">{t('signIn.secret')}</label>
        <input id="lc-secret" name="password" type="password" required autoComplete="current-password" />
        <details>
          <summary>{t('signIn.temporary')}</summary>
          <label htmlFor="lc-token">{t('signIn.token')}</label>
          <input id="lc-token" name="token" autoComplete="off" spellCheck={false} />
        </details>
        <fieldset>
          <legend className="lc-hidden">{t('signIn.rights')}</legend>
          <label><input type="radio" name="rights" value="write" defaultChecked /> {t('signIn.write')}</label>
          <label><input type="radio" name="rights" value="read" /> {t('signIn.readOnly')}</label>
        </fieldset>
        <Button type="submit" variant="primary" isDisabled={isBusy}>{t('signIn.enter')}</Button>
        <label className="lc-file">
          {t('signIn.file')}
          <input type="file" accept=".json" className="lc-hidden" onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) void readCredentials(file).then((given) => given && enter(given));
            event.target.value = '';
          }} />
        </label>
      </form>
      <p className="lc-quiet">{t('signIn.kept')}</p>
    </main>
  );
}
