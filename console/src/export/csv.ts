// Tables for spreadsheets (RFC 4180). Names come from anybody who may upload: a cell that a spreadsheet would take for a
// formula begins with an apostrophe.
import type { AuditRecord, Cert, Domain } from '../api/types';
import type { End } from '../pages/calendar/model';

const formula = /^[=+\-@\t\r]/;

function cell(value: string | number | boolean): string {
  const text = typeof value === 'string' && formula.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// With the mark by which spreadsheets know UTF-8.
export const csv = (rows: readonly (readonly (string | number | boolean)[])[]): string =>
  `\ufeff${rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;

// The headings are the names of the API's members, whatever language the page speaks: programs read these files too.
export const certificatesCsv = (certs: readonly Cert[]): string => csv([
  ['CertName', 'ChainID', 'ProjectName', 'Domains', 'NotBefore', 'NotAfter', 'EndsAt', 'Status', 'Superseded', 'CreateTime'],
  ...certs.map((cert) => [cert.CertName, cert.ChainID, cert.ProjectName, cert.CertDomainList.join(' '), cert.NotBefore, cert.NotAfter,
    cert.EndsAt, cert.Status, cert.Superseded, cert.CreateTime]),
]);

export const domainsCsv = (domains: readonly Domain[], stateOf: (domain: Domain) => string): string => csv([
  ['Domain', 'State', 'CertName', 'ChainID', 'EndsAt', 'Enabled', 'HTTPS', 'ProjectName', 'Vhost', 'Edges'],
  ...domains.map((domain) => [domain.Domain, stateOf(domain), domain.CertName, domain.ChainID, domain.ChainID ? domain.EndsAt : '',
    domain.Enabled, domain.HTTPS, domain.ProjectName, domain.Vhost, domain.Edges.map(({ Edge, State }) => `${Edge}:${State}`).join(' ')]),
]);

export const endsCsv = (ends: readonly End[]): string => csv([
  ['EndsAt', 'CertName', 'ChainID', 'Domains'],
  ...ends.map((end) => [new Date(end.at).toISOString(), end.name, end.chain, end.domains.join(' ')]),
]);

export const auditCsv = (records: readonly AuditRecord[]): string => csv([
  ['Time', 'Action', 'Subject', 'AccountId', 'AccessKeyId', 'PeerAddress', 'RequestId', 'Position'],
  ...records.map((record) => [record.Time, record.Action, record.Subject, record.AccountId, record.AccessKeyId, record.PeerAddress, record.RequestId, record.Position]),
]);
