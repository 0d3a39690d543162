import { useRead } from '../../api/read';
import { mayCall } from '../../api/session';
import type { Cert } from '../../api/types';
import { type Place, to } from '../../app/router';
import { t } from '../../text';
import { Choice, Pages, Search, Toolbar } from '../../ui/filters';
import { AsCommand, Empty, Failed, Tag, Waiting } from '../../ui/kit';
import { Lifetime } from '../../ui/lifetime';
import { Table } from '../../ui/table';

const size = 100;
const month = 30 * 86_400;

// The members of ListCerts out of the filters in the address. Superseded ones are hidden unless they are asked for.
export function filterOf(query: URLSearchParams): Record<string, unknown> {
  const state = query.get('state') ?? '';
  const text = query.get('q')?.trim() ?? '';
  const members: Record<string, unknown> = { PageNum: Number(query.get('page') ?? 1), PageSize: size };
  if (/^[0-9a-f]{6,32}$/.test(text)) members['ChainIDPrefix'] = text;
  else if (text) members['CertName'] = text;
  if (query.get('project')) members['ProjectName'] = query.get('project');
  if (state !== 'all' && state !== 'superseded') members['Superseded'] = false;
  if (state === 'superseded') members['Superseded'] = true;
  if (state === 'expired') members['Expired'] = true;
  if (state === 'soon') Object.assign(members, { ExpiringWithin: month, Expired: false });
  return members;
}

function command(members: Record<string, unknown>): string[] {
  const options = [members['CertName'] ? `--name '${String(members['CertName'])}'` : '', members['Superseded'] ? '--superseded' : '',
    members['Expired'] ? '--expired' : ''].filter(Boolean);
  return [['livecert cert list', ...options].join(' '),
    `sh -c "$(livecert sign ListCerts --body '${JSON.stringify(members)}')"`];
}

function Name({ cert }: { cert: Cert }) {
  return (
    <span className="lc-name">
      <a href={to(['certificates', cert.ChainID])} translate="no">{cert.CertName || cert.CertDomainList[0] || cert.ChainID.slice(0, 8)}</a>
      <span className="lc-quiet" translate="no">{cert.ChainID.slice(0, 8)}</span>
      {cert.Superseded && <Tag>{t('cert.superseded')}</Tag>}
    </span>
  );
}

function Bound({ cert }: { cert: Cert }) {
  const [first, ...others] = cert.CertDomainList;
  if (!first) return <span className="lc-quiet">{t('cert.unbound')}</span>;
  return <span><a href={to(['domains', first])} translate="no">{first}</a>{others.length > 0 && ` +${others.length}`}</span>;
}

export function CertificatesPage({ place }: { place: Place }) {
  const members = filterOf(place.query);
  const certs = useRead<{ Total: number; CertList: Cert[] }>('ListCerts', members);
  const isFiltered = ['q', 'state', 'project'].some((name) => place.query.get(name));
  const list = certs.data?.CertList ?? [];
  return (
    <>
      <h1>{t('nav.certificates')}</h1>
      <Toolbar>
        <Search place={place} label={t('certs.search')} />
        <Choice place={place} name="state" label={t('certs.state')} choices={[
          ['', t('certs.current')], ['soon', t('certs.soon')], ['expired', t('certs.expired')], ['superseded', t('certs.superseded')], ['all', t('certs.all')],
        ]} />
        {certs.data && <span className="lc-quiet">{t('certs.count', { n: certs.data.Total })}</span>}
      </Toolbar>
      {certs.problem && <Failed problem={certs.problem} at={certs.at} />}
      {!certs.data && !certs.problem && <Waiting rows={8} />}
      {certs.data && list.length === 0 && (
        <Empty title={isFiltered ? t('certs.noneFits') : t('certs.none')}>
          {isFiltered ? <a href={to(['certificates'])}>{t('filters.clear')}</a> : mayCall('CreateCert') && <a href={to(['upload'])}>{t('upload')}</a>}
        </Empty>
      )}
      {list.length > 0 && (
        <Table label={t('nav.certificates')} rows={list} keyOf={(cert) => cert.ChainID} columns={[
          { title: t('certs.name'), cell: (cert) => <Name cert={cert} /> },
          { title: t('certs.bound'), cell: (cert) => <Bound cert={cert} /> },
          { title: t('certs.ends'), cell: (cert) => <Lifetime notBefore={cert.NotBefore} notAfter={cert.EndsAt} /> },
          { title: t('certs.project'), cell: (cert) => <span translate="no">{cert.ProjectName}</span> },
        ]} />
      )}
      {certs.data && <Pages place={place} total={certs.data.Total} size={size} />}
      <AsCommand lines={command(members)} />
    </>
  );
}
