// What to do about a domain that needs somebody: as a button, as a command, and with curl. Pure, and tested without a browser.
import { line } from '../../api/shell';
import type { Domain } from '../../api/types';
import { to } from '../../app/router';
import type { Call } from '../../ui/command';
import type { Trouble } from './model';

export interface Remedy {
  kind: 'replace' | 'look' | 'edge';
  needs: string; // the action that the button calls, or that the page behind it calls
  address: string; // of that page; empty: the button calls the action itself
  lines: string[];
  writes: Call[];
}

const replace = ({ ChainID: chain }: Domain): Remedy => ({
  kind: 'replace', needs: 'UploadCert', address: to(['upload'], { chain }),
  lines: [`${line('livecert', 'cert', 'create', '--chain-id', chain)} FILES…`, 'livecert sign UploadCert --body @body.json | sh'], writes: [],
});

export const lookAgain = (domain: string): Remedy => ({
  kind: 'look', needs: 'CheckDelivery', address: '', lines: ['livecert edge status'], writes: [['CheckDelivery', { Domain: domain }]],
});

const connect: Remedy = {
  kind: 'edge', needs: 'CreateEdge', address: to(['edges', 'new']), lines: ['livecert edge add NAME nginx --directory FOLDER --listen 127.0.0.1:443'], writes: [],
};

export function remedyOf(trouble: Trouble, domain: Domain): Remedy {
  switch (trouble) {
    case 'ended':
    case 'soon': return replace(domain);
    case 'no-edge': return connect;
    case 'not-shown':
    case 'former':
    case 'on-its-way': return lookAgain(domain.Domain);
  }
}
