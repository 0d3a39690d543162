// What the page of uploads asks of the service. Bodies that hold a key are overwritten as soon as they are sent.
import { call, Problem } from '../../api/call';
import type { Bytes } from '../../api/bytes';
import type { Inspection, Plan } from '../../api/types';
import { filesBody } from '../../secret/body';
import { contentsOf } from '../../secret/files';
import { currentLanguage } from '../../text';

export interface Given {
  files: readonly File[];
  password: Bytes | undefined; // the inside of JSON
}

export interface Target {
  chain: string; // empty: a new one
  name: string;
  leaf: string; // SHA-256 of the certificate that is meant
}

export const membersOf = ({ chain, name }: Target) => ({ UseWay: 'https', ...(chain ? { ChainID: chain } : { CertName: name }) });

async function send<T>(action: string, members: object, { files, password }: Given): Promise<{ answer: T; isWhole: boolean }> {
  const contents = await contentsOf(files);
  if (contents.members.length === 0) throw new Problem('NothingToRead', '', '', 400);
  const body = filesBody(members, contents.members, password);
  try {
    return { answer: await call<T>(action, body), isWhole: contents.isWhole };
  } finally {
    body.fill(0);
  }
}

export const inspect = (given: Given) => send<Inspection>('InspectUpload', { Language: currentLanguage() }, given);

export const plan = async (target: Target, given: Given): Promise<Plan> =>
  (await send<Plan>('PlanCert', { ...membersOf(target), Leaf: target.leaf }, given)).answer;

export const upload = async (target: Target, given: Given): Promise<{ ChainID: string }> =>
  (await send<{ ChainID: string }>('UploadCert', { ...membersOf(target), Leaf: target.leaf }, given)).answer;

// Makes the domain first if nobody did.
export async function bind(chain: string, name: string, isKnown: boolean): Promise<void> {
  if (!isKnown) {
    try {
      await call('CreateDomain', { Domain: name, Type: 'pull-flv', Region: 'cn' });
    } catch (error) {
      if (!(error instanceof Problem) || error.isPassing) throw error;
    }
  }
  await call('BindCert', { ChainID: chain, Domain: name, HTTPS: true });
}
