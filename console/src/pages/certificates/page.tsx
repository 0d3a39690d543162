import { useState } from 'react';
import { readAll, useAll, useLast, useRead } from '../../api/read';
import { mayCall, session } from '../../api/session';
import { line } from '../../api/shell';
import type { Cert } from '../../api/types';
import { type Place, setQuery, to } from '../../app/router';
import { certificatesCsv } from '../../export/csv';
import { save } from '../../export/save';
import { t } from '../../text';
import { AsCommand } from '../../ui/command';
import { Choice, ClearFilters, type Choices, OrderChoice, pageOf, Pages, Search, Toolbar, useSettled } from '../../ui/filters';
import { Button, Empty, Failed, Tag, Waiting } from '../../ui/kit';
import { Lifetime } from '../../ui/lifetime';
import { orderOf } from '../../ui/order';
import { SelectionBar, useSelection } from '../../ui/select';
import { Table } from '../../ui/table';
import { useWrite } from '../../ui/write';
import { DeleteCertificates } from './bulk';
import { arranged, filterOf, filters, nameOf, needsAll, size, wordsOf } from './model';

function Name({ cert }: { cert: Cert }) {
  return (
    <span className="lc-name">
      <a href={to(['certificates', cert.ChainID])} translate="no">{nameOf(cert)}</a>
      <span className="lc-quiet" translate="no">{cert.ChainID.slice(0, 8)}</span>
      {cert.Superseded && <Tag>{t('cert.superseded')}</Tag>}
    </span>
  );
}

function Bound({ cert }: { cert: Cert }) {
  const [first, ...others] = cert.CertDomainList;
  if (!first) return <span className="lc-quiet">{t('cert.unbound')}</span>;
  return <span><a href={to(['domains', first])} translate="no">{first}</a>{others.length > 0 && <> <a href={to(['domains'], { chain: cert.ChainID })}>+{others.length}</a></>}</span>;
}

interface Listed {
  total: number;
  list: Cert[]; // of this page
  all: Cert[]; // those that are known here, whatever page they stand on
}

// One page as the service lists it, or the whole list where the service cannot order or filter it.
function useCerts(query: URLSearchParams) {
  const settled = new URLSearchParams(useSettled(query.toString()));
  const isWhole = needsAll(settled);
  const page = pageOf(settled);
  const members = filterOf(settled);
  const one = useLast(useRead<{ Total: number; CertList: Cert[] }>('ListCerts', isWhole ? null : { ...members, PageNum: page, PageSize: size }));
  const whole = useLast(useAll<Cert>('ListCerts', isWhole ? members : null, 'CertList'));
  const read = isWhole ? whole : one;
  let listed: Listed | undefined;
  if (isWhole && whole.data) {
    const all = arranged(whole.data.list, settled);
    listed = { total: all.length, list: all.slice((page - 1) * size, page * size), all };
  } else if (!isWhole && one.data) {
    listed = { total: one.data.Total, list: one.data.CertList, all: one.data.CertList };
  }
  const missing = isWhole && whole.data ? whole.data.total - whole.data.list.length : 0;
  return { members, settled, listed, missing, problem: read.problem, at: read.at, isLate: read.isLate };
}

const projects = (): Choices => (session()?.Projects ?? []).map((name): [string, string] => [name, name]);

function useProjects(): Choices {
  const read = useRead<{ ProjectList: { ProjectName: string }[] }>('ListProjects', mayCall('ListProjects') ? { AccountId: session()?.AccountId } : null, 60_000);
  return read.data?.ProjectList?.map(({ ProjectName }): [string, string] => [ProjectName, ProjectName]) ?? projects();
}

function Filters({ place }: { place: Place }) {
  const known = useProjects();
  return (
    <>
      <Search place={place} label={t('certs.search')} />
      <Choice place={place} name="state" label={t('certs.state')} choices={[
        ['', t('certs.current')], ['soon', t('certs.soon')], ['expired', t('certs.expired')], ['superseded', t('certs.superseded')], ['all', t('certs.all')],
      ]} />
      <Choice place={place} name="bound" label={t('certs.bound')} choices={[['', t('certs.boundOrNot')], ['yes', t('certs.bound')], ['no', t('cert.unbound')]]} />
      {(known.length > 1 || place.query.get('project')) && <Choice place={place} name="project" label={t('certs.project')} choices={[['', t('certs.everyProject')], ...known]} />}
      <OrderChoice place={place} columns={[['name', t('certs.name')], ['bound', t('certs.bound')], ['ends', t('certs.ends')], ['project', t('certs.project')]]} />
    </>
  );
}

export function CertificatesPage({ place }: { place: Place }) {
  const { members, settled, listed, missing, problem, at, isLate } = useCerts(place.query);
  const [isDeleting, setDeleting] = useState(false);
  const write = useWrite();
  const isFiltered = filters.some((name) => place.query.get(name));
  const list = listed?.list ?? [];
  const selection = useSelection(filters.map((name) => place.query.get(name)).join('\n'), listed?.all ?? [], (cert) => cert.ChainID, nameOf);
  const exportAll = () => write.run(async () => {
    const all = arranged((await readAll<Cert>('ListCerts', members, 'CertList')).list, settled);
    save('certificates.csv', 'text/csv', certificatesCsv(all));
    return { text: t('export.done', { n: all.length }) };
  });
  return (
    <>
      <h1>{t('nav.certificates')}</h1>
      <Toolbar>
        <Filters place={place} />
        {listed && <span className="lc-quiet" role="status">{t('certs.count', { n: listed.total })}</span>}
        <ClearFilters place={place} filters={filters} />
        <span className="lc-gap" />
        {listed && listed.total > 0 && <Button variant="secondary" isDisabled={write.isBusy} onClick={exportAll}>{t('export.csv')}</Button>}
      </Toolbar>
      {problem && <Failed problem={problem} at={at} />}
      {write.outcome}
      {missing > 0 && <p className="lc-quiet">{t('list.newest', { k: 20_000, n: missing + 20_000 })}</p>}
      {!listed && !problem && <Waiting rows={8} />}
      {listed && list.length === 0 && !isLate && (
        <Empty title={isFiltered ? t('certs.noneFits') : t('certs.none')}>
          {isFiltered ? <ClearFilters place={place} filters={filters} /> : mayCall('CreateCert') && <a href={to(['upload'])}>{t('upload')}</a>}
        </Empty>
      )}
      <SelectionBar selection={selection} all={listed?.all ?? []}>
        <Button variant="secondary" onClick={() => save('certificates.csv', 'text/csv', certificatesCsv(selection.rows))}>{t('export.selected')}</Button>
        {mayCall('DeleteCert') && <Button variant="secondary" isDanger onClick={() => setDeleting(true)}>{t('delete.ask')}</Button>}
      </SelectionBar>
      {list.length > 0 && (
        <Table label={t('nav.certificates')} rows={list} keyOf={(cert) => cert.ChainID} selection={selection}
          order={orderOf(place.query)} onOrder={(sort) => setQuery(place, { sort, page: '' })} columns={[
            { title: t('certs.name'), sort: 'name', cell: (cert) => <Name cert={cert} /> },
            { title: t('certs.bound'), sort: 'bound', cell: (cert) => <Bound cert={cert} /> },
            { title: t('certs.ends'), sort: 'ends', cell: (cert) => <Lifetime notBefore={cert.NotBefore} notAfter={cert.EndsAt} /> },
            { title: t('certs.project'), sort: 'project', cell: (cert) => <span translate="no">{cert.ProjectName}</span> },
          ]} />
      )}
      {listed && <Pages place={place} total={listed.total} size={size} />}
      <AsCommand lines={[line(...wordsOf(members))]} reads={[['ListCerts', { ...members, PageNum: pageOf(settled), PageSize: size }]]} />
      {isDeleting && <DeleteCertificates certs={selection.rows} onClose={() => { setDeleting(false); selection.clear(); }} />}
    </>
  );
}
