// What deleting certificates or taking their domains away does, before it is done. Pure, and tested without a browser.
import type { Cert, Domain } from '../../api/types';
import { type Impact, impactOf } from '../domains/plan';

export interface Deletion {
  certs: Cert[];
  used: Cert[]; // those that domains use
  impact: Impact;
}

// `domains`: those that use any of the certificates. DeleteCert refuses a certificate that a domain uses, so its domains
// lose it first.
export function deletionOf(certs: readonly Cert[], domains: readonly Domain[]): Deletion {
  const used = new Set(domains.map(({ ChainID }) => ChainID));
  return {
    certs: [...certs], used: certs.filter(({ ChainID }) => used.has(ChainID)),
    impact: impactOf(domains.filter(({ ChainID }) => certs.some((cert) => cert.ChainID === ChainID))),
  };
}

// What is to be typed: the name of the one, how many of several; nothing where no edge serves any of them.
export function typedFor({ certs, impact }: Deletion, nameOf: (cert: Cert) => string): string {
  const [only] = certs;
  if (certs.length === 1 && only) return nameOf(only);
  return impact.domains.length > 0 ? String(certs.length) : '';
}
