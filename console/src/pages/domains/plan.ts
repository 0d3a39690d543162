// What a change of many domains does, before it is made. Pure, and tested without a browser.
import type { Domain } from '../../api/types';
import { covers } from '../../api/x509';

// What stops working when these domains lose their certificate: those that an edge shows it for, or is to show it for.
export interface Impact {
  domains: Domain[];
  edges: string[];
}

export function impactOf(domains: readonly Domain[]): Impact {
  const served = domains.filter(({ Ordered, Edges }) => Ordered && Edges.length > 0);
  return { domains: served, edges: [...new Set(served.flatMap(({ Edges }) => Edges.map(({ Edge }) => Edge)))].sort() };
}

export type Change = 'bind' | 'unbind' | 'enable' | 'disable' | 'delete';

export interface Plan {
  change: Domain[];
  same: Domain[]; // nothing is to be changed
  refused: Domain[]; // the certificate does not cover them
  impact: Impact;
}

export interface Target {
  chain: string;
  names: readonly string[];
}

export function planOf(change: Change, domains: readonly Domain[], target?: Target): Plan {
  const isSame = (domain: Domain): boolean => {
    switch (change) {
      case 'bind': return domain.ChainID === target?.chain && domain.HTTPS;
      case 'unbind': return !domain.ChainID;
      case 'enable': return domain.Enabled;
      case 'disable': return !domain.Enabled;
      case 'delete': return false;
    }
  };
  const isCovered = ({ Domain }: Domain) => change !== 'bind' || (target?.names.some((name) => covers(name, Domain)) ?? false);
  const changing = domains.filter((domain) => !isSame(domain) && isCovered(domain));
  const takesAway = change === 'unbind' || change === 'disable' || change === 'delete';
  return {
    change: changing, same: domains.filter(isSame), refused: domains.filter((domain) => !isSame(domain) && !isCovered(domain)),
    impact: impactOf(takesAway ? changing : []),
  };
}
