import type { Domain } from '../../api/types';
import { judge } from '../overview/model';

export type DomainState = 'shown' | 'failing' | 'soon' | 'unbound' | 'unknown';

export function stateOf(domain: Domain, now: number): DomainState {
  if (!domain.ChainID) return 'unbound';
  if (!domain.Ordered) return 'unknown';
  const { health, trouble } = judge(domain, now);
  if (health === 'not-valid' || trouble === 'former') return 'failing';
  if (health === 'unknown') return 'unknown';
  return trouble === 'soon' ? 'soon' : 'shown';
}

export function fits(domain: Domain, query: URLSearchParams, now: number): boolean {
  const text = query.get('q')?.trim().toLowerCase() ?? '';
  const state = query.get('state');
  const chain = query.get('chain');
  return (
    (!text || `${domain.Domain} ${domain.CertName.toLowerCase()}`.includes(text)) && (!state || stateOf(domain, now) === state) &&
    (!chain || domain.ChainID === chain)
  );
}
