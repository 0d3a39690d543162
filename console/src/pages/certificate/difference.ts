// What differs between two versions of a certificate. Pure, and tested without a browser.
import type { Seen } from '../../secret/files';
import { covers } from '../../api/x509';

export const facts = ['names', 'key', 'issuer', 'subject', 'begins', 'ends', 'chain'] as const;
export type Fact = (typeof facts)[number];

export interface Value {
  text: string;
  isOnlyHere: boolean;
}

export interface Difference {
  fact: Fact;
  isSame: boolean;
  earlier: Value[];
  later: Value[];
}

type Told = Record<Fact, string[]>;

// Times stay as text that the page words; the key is told with its fingerprint, because two keys of a kind are not the same.
function tell([first, ...issuers]: readonly Seen[]): Told {
  const leaf = first?.certificate;
  if (!first || !leaf) return { names: [], key: [], issuer: [], subject: [], begins: [], ends: [], chain: [] };
  return {
    names: [...leaf.names].sort(), key: [`${leaf.key} ${first.keyFingerprint.slice(0, 16)}`], issuer: [leaf.issuer], subject: [leaf.subject],
    begins: [String(leaf.notBefore)], ends: [String(leaf.notAfter)],
    chain: issuers.map(({ certificate, fingerprint }) => `${certificate.commonName || certificate.subject} ${fingerprint.slice(0, 16)}`),
  };
}

export function differencesOf(earlier: readonly Seen[], later: readonly Seen[]): Difference[] {
  const [before, after] = [tell(earlier), tell(later)];
  const marked = (list: string[], other: string[]) => list.map((text): Value => ({ text, isOnlyHere: !other.includes(text) }));
  return facts.map((fact) => ({
    fact, isSame: before[fact].join('\n') === after[fact].join('\n'),
    earlier: marked(before[fact], after[fact]), later: marked(after[fact], before[fact]),
  }));
}

// The domains that use the certificate and that this version is not good for.
export const uncoveredBy = (version: readonly Seen[], domains: readonly string[]): string[] =>
  domains.filter((host) => !version[0]?.certificate.names.some((name) => covers(name, host)));
