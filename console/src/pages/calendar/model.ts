import type { Domain } from '../../api/types';

export interface End {
  chain: string;
  name: string;
  from: number; // when it began to be valid
  at: number;
  domains: string[];
}

// When each certificate that a domain uses ends, the first first.
export function endsOf(domains: readonly Domain[]): End[] {
  const ends = new Map<string, End>();
  for (const { Domain: domain, ChainID, CertName, CertDomain, NotBefore, EndsAt } of domains) {
    if (!ChainID) continue;
    const end = ends.get(ChainID) ?? { chain: ChainID, name: CertName || CertDomain, from: Date.parse(NotBefore), at: Date.parse(EndsAt), domains: [] };
    end.domains.push(domain);
    ends.set(ChainID, end);
  }
  return [...ends.values()].sort((a, b) => a.at - b.at);
}

// The days of a month in weeks from Monday; 0: a day of another month.
export function weeksOf(year: number, month: number): number[][] {
  const before = (new Date(year, month - 1, 1).getDay() + 6) % 7;
  const count = new Date(year, month, 0).getDate();
  const days = [...Array<number>(before).fill(0), ...Array.from({ length: count }, (_, i) => i + 1)];
  while (days.length % 7 > 0) days.push(0);
  return Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7));
}
