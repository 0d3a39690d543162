// The same thing as a command and with curl. Neither holds a key: files and variables stand in the place of secrets.
import { useEffect, useState } from 'react';
import { toBytes } from '../api/bytes';
import { base, versionOf } from '../api/call';
import { serverNow } from '../api/clock';
import { signer } from '../api/session';
import { curlOf, signedByCommand } from '../api/shell';
import { t } from '../text';
import { CopyButton } from './kit';

export type Call = [action: string, members: object];

interface Props {
  lines: string[];
  reads?: Call[]; // signed here
  writes?: Call[]; // signed by livecert where it runs: no page signs a change before somebody wants it
  open?: string[]; // curl without a signature, for what needs none
  title?: string;
}

async function signed([action, members]: Call): Promise<string> {
  const who = signer();
  if (!who) return '';
  const headers = await who.headers(`Action=${action}&Version=${versionOf(action)}`, toBytes(JSON.stringify(members)), serverNow());
  return curlOf(base(), action, members, headers);
}

// Signed again every five minutes while it is looked at: a signature is good for fifteen.
function useCurl(reads: Call[], isOpen: boolean): string[] {
  const [texts, setTexts] = useState<string[]>([]);
  const key = JSON.stringify(reads);
  useEffect(() => {
    if (!isOpen) return undefined;
    let isWanted = true;
    const sign = () => void Promise.all(reads.map(signed)).then((list) => isWanted && setTexts(list));
    sign();
    const timer = setInterval(sign, 300_000);
    return () => {
      isWanted = false;
      clearInterval(timer);
    };
  }, [key, isOpen]);
  return isOpen ? texts : [];
}

const Text = ({ text, label, name }: { text: string; label: string; name: string }) => (
  <div className="lc-command-text">
    <pre translate="no" tabIndex={0} role="region" aria-label={label} className={name}>{text}</pre>
    <CopyButton text={text} label={t('copy.what', { what: label })} />
  </div>
);

export function AsCommand({ lines, reads = [], writes = [], open = [], title = t('asCommand') }: Props) {
  const [isOpen, setOpen] = useState(false);
  const curl = [...open, ...useCurl(reads, isOpen)];
  const commands = [...lines, ...writes.map(([action, members]) => signedByCommand(action, members))];
  return (
    <details className="lc-command" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen && <Text text={commands.join('\n')} label={t('command.text')} name="lc-command-lines" />}
      {isOpen && curl.length > 0 && <Text text={curl.join('\n')} label={t('command.curl')} name="lc-command-curl" />}
      {isOpen && reads.length > 0 && <p className="lc-quiet">{t('command.signed')}</p>}
    </details>
  );
}
