// Which certificate a domain uses. What a binding had besides its certificate stays when it is made again.
import { call } from './call';
import type { Domain } from './types';

export type Former = Pick<Domain, 'Domain' | 'ChainID' | 'HTTPS' | 'HTTP2' | 'MinTLSVersion' | 'MaxTLSVersion'>;

export const nothing = (name: string): Former => ({ Domain: name, ChainID: '', HTTPS: false, HTTP2: false, MinTLSVersion: '', MaxTLSVersion: '' });

// Members of BindCert that let the domain use `chain`, with what it had; HTTPS is on unless it was bound with HTTPS off.
export function bindingOf(chain: string, { Domain, ChainID, HTTPS, HTTP2, MinTLSVersion, MaxTLSVersion }: Former): Record<string, unknown> {
  if (!ChainID) return { ChainID: chain, Domain, HTTPS: true };
  return { ChainID: chain, Domain, HTTPS, HTTP2, ...(MinTLSVersion ? { MinTLSVersion } : {}), ...(MaxTLSVersion ? { MaxTLSVersion } : {}) };
}

export const bind = (chain: string, domain: Former): Promise<unknown> => call('BindCert', bindingOf(chain, domain));

export const unbind = ({ Domain, ChainID }: Former): Promise<unknown> => call('UnbindCert', { ChainID, Domain });

// To the certificate that it used, or to none.
export const restore = (domain: Former): Promise<unknown> =>
  domain.ChainID ? bind(domain.ChainID, domain) : call('UnbindCert', { Domain: domain.Domain });
