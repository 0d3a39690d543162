// Commands for a POSIX shell. Names come from anybody, also from a link that somebody sent: every word that is not plain is
// quoted, and control characters, by which pasted text could leave the line or the paste, are left out.
import { versionOf } from './call';

const controls = /[\0-\x1f\x7f]/g;

export function quoted(text: string): string {
  const word = text.replaceAll(controls, '');
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export const comment = (text: string): string => `# ${text.replaceAll(controls, '')}`;

// A file by its name, which may begin like an option.
export const path = (name: string): string => (name.startsWith('-') ? `./${name}` : name);

export const line = (...words: string[]): string => words.map(quoted).join(' ');

// livecert prints a signed call as curl, and the shell runs it.
export const signedByCommand = (action: string, members: object): string =>
  `${line('livecert', 'sign', action, '--body', JSON.stringify(members))} | sh`;

// A call with its signature, which holds no key and is good for 15 minutes. The token of a session is in it, as on the wire:
// without the session's secret it signs nothing.
export function curlOf(base: URL, action: string, members: object, headers: Record<string, string>): string {
  const url = new URL(`?Action=${action}&Version=${versionOf(action)}`, base).href;
  const words = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  return [`curl -sS ${quoted(url)}`, ...words, `--data-binary ${quoted(JSON.stringify(members))}`].join(' \\\n  ');
}
