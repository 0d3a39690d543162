// What the overview says, out of what each edge was proved to show. Pure, and tested without a browser.
import type { Delivery, Domain } from '../../api/types';
import type { Curve, Step } from '../../ui/cliff';

const day = 86_400_000;

export type Trouble = 'not-shown' | 'former' | 'ended' | 'soon' | 'no-edge' | 'on-its-way';
// not-valid: viewers are shown no valid certificate. unknown: no edge can be looked at.
export type Health = 'shown' | 'not-valid' | 'unknown';

export interface Judged {
  domain: Domain;
  health: Health;
  trouble: Trouble | undefined;
  edge: Delivery | undefined; // the one that the trouble is about
}

const ends = (domain: Domain) => Date.parse(domain.EndsAt);

// Soon: less than a sixth of the lifetime is left.
export const isSoon = (domain: Domain, now: number): boolean =>
  ends(domain) - now < (ends(domain) - Date.parse(domain.NotBefore)) / 6;

export function judge(domain: Domain, now: number): Judged {
  const known = (health: Health, trouble?: Trouble, edge?: Delivery): Judged => ({ domain, health, trouble, edge });
  if (ends(domain) <= now) return known('not-valid', 'ended');
  const bare = domain.Edges.find((edge) => !edge.Shows && edge.State !== 'acknowledged');
  if (bare) return known('not-valid', bare.State === 'failing' ? 'not-shown' : 'on-its-way', bare);
  const soon = isSoon(domain, now) ? 'soon' : undefined;
  if (domain.Edges.length === 0) return known('unknown', 'no-edge');
  const failing = domain.Edges.find((edge) => edge.State === 'failing');
  const health = domain.Edges.some((edge) => edge.State === 'acknowledged') ? 'unknown' : 'shown';
  if (failing) return known(health, 'former', failing);
  return known(health, soon);
}

export interface Sentence {
  form: 'all' | 'soon' | 'broken' | 'unknown' | 'none';
  total: number;
  shown: number;
  broken: Judged[];
  attention: Judged[];
  next: Domain | undefined; // the first to end
  lookedAt: number;
}

const urgency: Record<Trouble, number> = { 'not-shown': 0, ended: 0, 'on-its-way': 1, former: 2, 'no-edge': 4, soon: 3 };

// Domains that are enabled and bound with HTTPS on count; the others show nobody anything.
export function summarise(domains: Domain[], now: number): Sentence {
  const judged = domains.filter(({ Ordered }) => Ordered).map((domain) => judge(domain, now));
  const shown = judged.filter(({ health }) => health === 'shown').length;
  const broken = judged.filter(({ health }) => health === 'not-valid');
  const attention = judged
    .filter(({ trouble }) => trouble)
    .sort((a, b) => urgency[a.trouble!] - urgency[b.trouble!] || ends(a.domain) - ends(b.domain));
  const live = judged.filter(({ domain }) => ends(domain) > now).map(({ domain }) => domain);
  const next = live.reduce<Domain | undefined>((first, domain) => (!first || ends(domain) < ends(first) ? domain : first), undefined);
  const seen = judged.flatMap(({ domain }) => domain.Edges.map((edge) => Date.parse(edge.LastSeen)).filter((at) => at > 0));
  let form: Sentence['form'] = 'all';
  if (judged.length === 0) form = 'none';
  else if (broken.length > 0) form = 'broken';
  else if (shown < judged.length) form = 'unknown';
  else if (attention.length > 0) form = 'soon';
  return { form, total: judged.length, shown, broken, attention, next, lookedAt: seen.length > 0 ? Math.max(...seen) : 0 };
}

// The domains that keep a valid certificate on each of the days to come, if nobody does anything.
export function curveOf(domains: Domain[], now: number, days: number): Curve {
  const to = now + days * day;
  const live = domains.filter((domain) => domain.ChainID && ends(domain) > now);
  const byDay = new Map<number, Domain[]>();
  for (const domain of live) {
    const at = Math.floor(ends(domain) / day) * day;
    if (ends(domain) <= to) byDay.set(at, [...(byDay.get(at) ?? []), domain]);
  }
  const steps = [...byDay].sort(([a], [b]) => a - b).map(([, lost]): Step => {
    const counts = new Map<string, number>();
    for (const { CertName, CertDomain } of lost) counts.set(CertName || CertDomain, (counts.get(CertName || CertDomain) ?? 0) + 1);
    const name = [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
    return { at: Math.min(...lost.map(ends)), lost: lost.length, name };
  });
  return { total: live.length, from: now, to, steps };
}

// Whether any edge was ever proved to show something: a service where nothing was is in its first evening.
export const wasEverShown = (domains: readonly Domain[]): boolean => domains.some(({ Edges }) => Edges.some(({ ProvedAt }) => ProvedAt !== ''));
