// Which domains fit the filters in the address, and in which order. Pure, and tested without a browser.
import type { Domain } from '../../api/types';
import { type Keys, orderOf, sorted } from '../../ui/order';
import { judge } from '../overview/model';

export type DomainState = 'shown' | 'failing' | 'soon' | 'unbound' | 'off' | 'unknown';
export const states: readonly DomainState[] = ['failing', 'soon', 'unknown', 'unbound', 'off', 'shown']; // the most urgent first

export const filters = ['q', 'state', 'edge', 'project', 'chain'] as const;

export function stateOf(domain: Domain, now: number): DomainState {
  if (!domain.ChainID) return 'unbound';
  if (!domain.Ordered) return 'off'; // it is disabled, or HTTPS is off
  const { health, trouble } = judge(domain, now);
  if (health === 'not-valid' || trouble === 'former') return 'failing';
  if (health === 'unknown') return 'unknown';
  return trouble === 'soon' ? 'soon' : 'shown';
}

export function fits(domain: Domain, query: URLSearchParams, now: number): boolean {
  const text = query.get('q')?.trim().toLowerCase() ?? '';
  const is = (filter: string, value: string) => !query.get(filter) || query.get(filter) === value;
  const edge = query.get('edge');
  return (
    (!text || `${domain.Domain} ${domain.CertName.toLowerCase()}`.includes(text)) && is('state', stateOf(domain, now)) &&
    is('project', domain.ProjectName) && is('chain', domain.ChainID) && (!edge || domain.Edges.some(({ Edge }) => Edge === edge))
  );
}

export const keysAt = (now: number): Keys<Domain> => ({
  domain: ({ Domain }) => Domain,
  state: (domain) => states.indexOf(stateOf(domain, now)),
  cert: ({ CertName, ChainID }) => CertName || ChainID || '\u{10ffff}', // those without one last
  ends: ({ ChainID, EndsAt }) => (ChainID ? Date.parse(EndsAt) : NaN),
});

export const arranged = (domains: readonly Domain[], query: URLSearchParams, now: number): Domain[] =>
  sorted(domains.filter((domain) => fits(domain, query, now)), orderOf(query), keysAt(now));

const different = (list: string[]): string[] => [...new Set(list)].filter(Boolean).sort();
export const edgesOf = (domains: readonly Domain[]): string[] => different(domains.flatMap(({ Edges }) => Edges.map(({ Edge }) => Edge)));
export const projectsOf = (domains: readonly Domain[]): string[] => different(domains.map(({ ProjectName }) => ProjectName));
