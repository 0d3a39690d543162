// The seven links between a name and what its viewers are shown. The first that is broken is the reason.
import type { Delivery, Domain } from '../../api/types';

export const links = ['known', 'enabled', 'bound', 'https', 'fits', 'has', 'shows'] as const;
export type Link = (typeof links)[number];
export type LinkState = 'good' | 'broken' | 'unknown' | 'later';

export interface Linked {
  id: Link;
  state: LinkState;
  edges: Delivery[]; // those that it is broken at
}

function stateOf(link: Link, domain: Domain | undefined, now: number): Omit<Linked, 'id'> {
  const is = (good: boolean): Omit<Linked, 'id'> => ({ state: good ? 'good' : 'broken', edges: [] });
  if (!domain) return is(false);
  const at = (edges: Delivery[]): Omit<Linked, 'id'> => ({ state: edges.length === 0 ? 'good' : 'broken', edges });
  switch (link) {
    case 'known': return is(true);
    case 'enabled': return is(domain.Enabled);
    case 'bound': return is(domain.ChainID !== '');
    case 'https': return is(domain.HTTPS);
    case 'fits': return is(domain.CertDomain !== '' && Date.parse(domain.EndsAt) > now && Date.parse(domain.NotBefore) <= now);
    case 'has': return domain.Edges.length === 0 ? is(false) : at(domain.Edges.filter((edge) => !edge.AcknowledgedAt && !edge.ProvedAt));
    case 'shows': {
      const wrong = domain.Edges.filter((edge) => edge.State === 'failing' || edge.State === 'waiting');
      if (wrong.length > 0) return at(wrong);
      return { state: domain.Edges.some((edge) => edge.State === 'acknowledged') ? 'unknown' : 'good', edges: [] };
    }
  }
}

export function linksOf(domain: Domain | undefined, now: number): Linked[] {
  let isBroken = false;
  return links.map((id) => {
    if (isBroken) return { id, state: 'later', edges: [] };
    const found = stateOf(id, domain, now);
    isBroken = found.state === 'broken';
    return { id, ...found };
  });
}
