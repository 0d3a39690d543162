// What the page of uploads asks of the service. Bodies that hold a key are overwritten as soon as they are sent.
import { call, Problem } from '../../api/call';
import type { Plan } from '../../api/types';
import { uploadBody } from '../../secret/body';
import type { Taken } from '../../secret/files';
import { chainOf } from './model';

export interface Target {
  chain: string; // empty: a new one
  name: string;
}

const membersOf = ({ chain, name }: Target) => ({ UseWay: 'https', ...(chain ? { ChainID: chain } : { CertName: name }) });

async function send<T>(action: string, target: Target, files: readonly Taken[]): Promise<T> {
  const body = await uploadBody(membersOf(target), files, chainOf(files));
  try {
    return await call<T>(action, body);
  } finally {
    body.fill(0);
  }
}

export const plan = (target: Target, files: readonly Taken[]): Promise<Plan> => send<Plan>('PlanCert', target, files);

export const upload = (target: Target, files: readonly Taken[]): Promise<{ ChainID: string; CertID?: string }> =>
  send('CreateCert', target, files);

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
