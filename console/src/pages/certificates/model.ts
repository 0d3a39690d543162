// What is asked for a list of certificates, out of the filters in the address. Pure, and tested without a browser.
import type { Cert } from '../../api/types';
import { type Keys, orderOf, sorted } from '../../ui/order';

export const size = 100;
const month = 30 * 86_400;

export const filters = ['q', 'state', 'project', 'bound'] as const;

// Members of ListCerts, without its pages. Superseded ones are hidden unless they are asked for.
export function filterOf(query: URLSearchParams): Record<string, unknown> {
  const state = query.get('state') ?? '';
  const text = query.get('q')?.trim() ?? '';
  const members: Record<string, unknown> = {};
  if (/^[0-9a-f]{6,32}$/.test(text)) members['ChainIDPrefix'] = text;
  else if (text) members['CertName'] = text;
  if (query.get('project')) members['ProjectName'] = query.get('project');
  if (query.get('bound') === 'yes') members['Bound'] = true;
  if (state !== 'all' && state !== 'superseded') members['Superseded'] = false;
  if (state === 'superseded') members['Superseded'] = true;
  if (state === 'expired') members['Expired'] = true;
  if (state === 'soon') Object.assign(members, { ExpiringWithin: month, Expired: false });
  return members;
}

export const keys: Keys<Cert> = {
  name: ({ CertName, CertDomainList, ChainID }) => CertName || CertDomainList[0] || ChainID,
  bound: ({ CertDomainList }) => CertDomainList.length,
  ends: ({ EndsAt }) => Date.parse(EndsAt),
  project: ({ ProjectName }) => ProjectName,
};

// The service lists the newest first, in pages, and cannot leave out what is bound. For another order, or for those that no
// domain uses, the console needs the whole list.
export const needsAll = (query: URLSearchParams): boolean =>
  Object.hasOwn(keys, orderOf(query).by) || query.get('bound') === 'no';

export function arranged(certs: readonly Cert[], query: URLSearchParams): Cert[] {
  const fitting = query.get('bound') === 'no' ? certs.filter(({ CertDomainList }) => CertDomainList.length === 0) : certs;
  return sorted(fitting, orderOf(query), keys);
}

export const nameOf = (cert: Cert): string => cert.CertName || cert.CertDomainList[0] || cert.ChainID.slice(0, 8);

// The same list on the command line, as far as its options go.
export function wordsOf(members: Record<string, unknown>): string[] {
  const words = ['livecert', 'cert', 'list'];
  if (members['CertName']) words.push('--name', String(members['CertName']));
  if (members['ProjectName']) words.push('--project', String(members['ProjectName']));
  if (members['Superseded'] === true) words.push('--superseded');
  if (members['Expired'] === true) words.push('--expired');
  if (members['ExpiringWithin']) words.push('--expiring', '30d');
  if (members['Bound'] === true) words.push('--bound');
  return words;
}
