// From what was dropped and what is there to what will happen. Pure; the server's plan decides.
import type { Cert, Domain, Fault, Finding, Inspection, Plan } from '../../api/types';
import { covers } from '../../api/x509';
import type { Seen } from '../../secret/files';
import type { Rung } from '../../ui/ladder';

export interface Candidate {
  chain: string;
  name: string;
  notAfter: string;
  domains: string[];
  isWhole: boolean; // every domain that uses it is covered by the new certificate
}

// The server's certificate: the one that names hosts and is nobody's issuer here.
export function leafOf(certificates: readonly Seen[]): Seen | undefined {
  const issuers = new Set(certificates.filter(({ certificate }) => !certificate.isSelfIssued).map(({ certificate }) => certificate.issuer));
  const isLeaf = ({ certificate }: Seen) => certificate.names.length > 0 && !issuers.has(certificate.subject);
  return certificates.find(isLeaf) ?? certificates[0];
}

// Certificates that the new one could renew, the most likely first: those whose domains it covers.
export function candidatesOf(leaf: Seen, domains: readonly Domain[], certs: readonly Cert[]): Candidate[] {
  const covered = (host: string) => leaf.certificate.names.some((name) => covers(name, host));
  const found = new Map<string, Candidate>();
  for (const domain of domains) {
    if (!domain.ChainID) continue;
    const one = found.get(domain.ChainID) ?? { chain: domain.ChainID, name: domain.CertName, notAfter: domain.EndsAt, domains: [], isWhole: true };
    one.domains.push(domain.Domain);
    one.isWhole &&= covered(domain.Domain);
    found.set(domain.ChainID, one);
  }
  for (const cert of certs) {
    if (cert.CertDomainList.length > 0 || found.has(cert.ChainID) || !leaf.certificate.names.includes(cert.CertName)) continue;
    found.set(cert.ChainID, { chain: cert.ChainID, name: cert.CertName, notAfter: cert.EndsAt, domains: [], isWhole: true });
  }
  return [...found.values()]
    .filter(({ domains: list, isWhole }) => isWhole || list.some(covered))
    .sort((a, b) => Number(b.isWhole) - Number(a.isWhole) || b.domains.length - a.domains.length || Date.parse(b.notAfter) - Date.parse(a.notAfter));
}

// Names that a new certificate could be bound to: domains that it covers, and hosts that it names and nobody made.
export function offersOf(leaf: Seen, domains: readonly Domain[]): { name: string; isKnown: boolean; isBound: boolean }[] {
  const known = domains.filter(({ Domain: host }) => leaf.certificate.names.some((name) => covers(name, host)));
  const names = new Set(known.map(({ Domain: host }) => host));
  const missing = leaf.certificate.names.filter((name) => !name.startsWith('*.') && !names.has(name.toLowerCase()));
  return [...known.map(({ Domain: name, ChainID }) => ({ name, isKnown: true, isBound: ChainID !== '' })),
    ...missing.map((name) => ({ name: name.toLowerCase(), isKnown: false, isBound: false }))];
}

// Each finding at its rung, those of the key at the server's certificate; what is about none of them comes with the whole.
export function ladderOf(given: readonly Seen[], stored: readonly Seen[], findings: readonly Finding[]): { rungs: Rung[]; others: Finding[] } {
  const list = stored.length > 0 ? stored.map((one) => given.find(({ fingerprint }) => fingerprint === one.fingerprint) ?? one) : given;
  const rungs = list.map((seen): Rung => ({ seen, findings: [] }));
  const others: Finding[] = [];
  for (const finding of findings) {
    const about = finding.Part === 'certificates' && finding.Block > 0 ? given[finding.Block - 1] : undefined;
    const rung = finding.Part === 'key' ? rungs[0] : about && rungs.find(({ seen }) => seen.fingerprint === about.fingerprint);
    if (rung) rung.findings.push(finding);
    else others.push(finding);
  }
  return { rungs, others };
}

// Certificates without a key, as a ladder: the server's certificate, then each one's issuer. What belongs nowhere comes last.
export function inOrder(all: readonly Seen[]): Seen[] {
  const rest = new Map(all.map((seen) => [seen.fingerprint, seen]));
  const chain: Seen[] = [];
  for (let next = leafOf(all); next; ) {
    chain.push(next);
    rest.delete(next.fingerprint);
    const { issuer } = next.certificate;
    next = [...rest.values()].find(({ certificate }) => certificate.subject === issuer);
  }
  return [...chain, ...rest.values()];
}

export interface FileState {
  certificates: number;
  keys: number;
  faults: Fault[];
}

const isIn = (origin: string, file: string): boolean => origin === file || origin.startsWith(`${file}: `);

// What the server found in one file.
export const stateOf = ({ Certificates, Keys, Faults }: Inspection, file: string): FileState => ({
  certificates: Certificates.filter(({ Origin }) => isIn(Origin, file)).length,
  keys: Keys.filter(({ Origin }) => isIn(Origin, file)).length,
  faults: Faults.filter(({ Origin }) => isIn(Origin, file)),
});

export const needsPassword = ({ Faults, Uploads }: Inspection): string[] =>
  Uploads.length > 0 ? [] : Faults.filter(({ About }) => About === 'protected').map(({ Origin }) => Origin);

export const canSend = (plan: Plan | undefined): boolean => plan?.Accepted === true && plan.Effect !== 'none';
