import { useState } from 'react';
import { call } from '../../api/call';
import { serverNow } from '../../api/clock';
import { useAll } from '../../api/read';
import { mayCall } from '../../api/session';
import type { Domain } from '../../api/types';
import { type Place, setQuery, to } from '../../app/router';
import { domainsCsv } from '../../export/csv';
import { save } from '../../export/save';
import { type Key, t } from '../../text';
import { AsCommand } from '../../ui/command';
import { Choice, type Choices, ClearFilters, OrderChoice, pageOf, Pages, Search, Toolbar } from '../../ui/filters';
import { Button, Empty, Failed, Panel, Waiting } from '../../ui/kit';
import { Lifetime } from '../../ui/lifetime';
import { orderOf } from '../../ui/order';
import { SelectionBar, useSelection } from '../../ui/select';
import { State } from '../../ui/state';
import { Table } from '../../ui/table';
import { useWrite } from '../../ui/write';
import { judge } from '../overview/model';
import { ChangeDomains } from './bulk';
import { arranged, edgesOf, filters, projectsOf, stateOf, states } from './model';
import type { Change } from './plan';

const size = 100;

function Shown({ domain }: { domain: Domain }) {
  const state = stateOf(domain, serverNow());
  const proved = domain.Edges.filter((edge) => edge.State === 'proved').length;
  const marks = { shown: 'shown', failing: 'failing', soon: 'soon', unbound: 'nothing', off: 'nothing', unknown: 'nothing' } as const;
  const count = domain.Edges.length > 0 ? ` ${proved}/${domain.Edges.length}` : '';
  const { trouble, edge } = judge(domain, serverNow());
  return (
    <span>
      <State mark={marks[state]}>{t(`domains.state.${state}`)}{count}</State>
      {domain.Ordered && trouble && edge && <span className="lc-quiet" translate="no"> {edge.Edge}</span>}
    </span>
  );
}

function Add() {
  const [name, setName] = useState('');
  const write = useWrite();
  if (!mayCall('CreateDomain')) return null;
  const add = () => write.run(async () => {
    const domain = name.trim().toLowerCase();
    await call('CreateDomain', { Domain: domain, Type: 'pull-flv', Region: 'cn' });
    setName('');
    return { text: t('domains.added', { name: domain }), undo: () => call('DeleteDomain', { Domain: domain }) };
  });
  return (
    <Panel title={t('domains.add')}>
      <form className="lc-inline" onSubmit={(event) => {
        event.preventDefault();
        add();
      }}>
        <input aria-label={t('domains.name')} placeholder="live.example.net" value={name} required onChange={(event) => setName(event.target.value)} />
        <Button type="submit" variant="secondary" isDisabled={write.isBusy}>{t('domains.add')}</Button>
      </form>
      {write.outcome}
    </Panel>
  );
}

const named = (list: string[]): Choices => list.map((name) => [name, name]);

function Filters({ place, all }: { place: Place; all: Domain[] }) {
  const several = (name: string, list: string[]) => list.length > 1 || place.query.get(name);
  const [edges, projects] = [edgesOf(all), projectsOf(all)];
  return (
    <>
      <Search place={place} label={t('domains.search')} />
      <Choice place={place} name="state" label={t('certs.state')} choices={[['', t('domains.all')], ...states.map((state): [string, string] => [state, t(`domains.state.${state}`)])]} />
      {several('edge', edges) && <Choice place={place} name="edge" label={t('nav.edges')} choices={[['', t('domains.everyEdge')], ...named(edges)]} />}
      {several('project', projects) && <Choice place={place} name="project" label={t('certs.project')} choices={[['', t('certs.everyProject')], ...named(projects)]} />}
      <OrderChoice place={place} columns={[['domain', t('domains.name')], ['state', t('domains.shown')], ['cert', t('domain.cert')], ['ends', t('certs.ends')]]} />
    </>
  );
}

const actions: Record<Change, string> = { bind: 'BindCert', unbind: 'UnbindCert', enable: 'EnableDomain', disable: 'DisableDomain', delete: 'DeleteDomain' };
const changes = Object.keys(actions) as Change[];

const stateNow = (domain: Domain): string => stateOf(domain, serverNow());

export function DomainsPage({ place }: { place: Place }) {
  const read = useAll<Domain>('ListDomains', {}, 'DomainList');
  const [change, setChange] = useState<Change>();
  const all = read.data?.list ?? [];
  const chosen = arranged(all, place.query, serverNow());
  const page = pageOf(place.query);
  const missing = read.data ? read.data.total - all.length : 0;
  const selection = useSelection(filters.map((name) => place.query.get(name)).join('\n'), all, (domain) => domain.Domain, (domain) => domain.Domain);
  return (
    <>
      <h1>{t('nav.domains')}</h1>
      <Toolbar>
        <Filters place={place} all={all} />
        {read.data && <span className="lc-quiet" role="status">{t('domains.count', { n: chosen.length })}</span>}
        <ClearFilters place={place} filters={filters} />
        <span className="lc-gap" />
        {chosen.length > 0 && <Button variant="secondary" onClick={() => save('domains.csv', 'text/csv', domainsCsv(chosen, stateNow))}>{t('export.csv')}</Button>}
      </Toolbar>
      {read.problem && <Failed problem={read.problem} at={read.at} />}
      {missing > 0 && <p className="lc-quiet">{t('list.newest', { k: all.length, n: all.length + missing })}</p>}
      {!read.data && !read.problem && <Waiting rows={8} />}
      {read.data && chosen.length === 0 && (
        <Empty title={all.length > 0 ? t('domains.noneFits') : t('domains.none')}>{all.length > 0 && <ClearFilters place={place} filters={filters} />}</Empty>
      )}
      <SelectionBar selection={selection} all={chosen}>
        <Button variant="secondary" onClick={() => save('domains.csv', 'text/csv', domainsCsv(selection.rows, stateNow))}>{t('export.selected')}</Button>
        {changes.filter((kind) => mayCall(actions[kind])).map((kind) => (
          <Button key={kind} data-change={kind} variant="secondary" isDanger={kind === 'delete'} onClick={() => setChange(kind)}>{t(`bulk.${kind}.ask` as Key)}</Button>
        ))}
      </SelectionBar>
      {chosen.length > 0 && (
        <Table label={t('nav.domains')} rows={chosen.slice((page - 1) * size, page * size)} keyOf={(domain) => domain.Domain} selection={selection}
          order={orderOf(place.query)} onOrder={(sort) => setQuery(place, { sort, page: '' })} columns={[
            { title: t('domains.name'), sort: 'domain', cell: (domain) => <a href={to(['domains', domain.Domain])} translate="no">{domain.Domain}</a> },
            { title: t('domains.shown'), sort: 'state', cell: (domain) => <Shown domain={domain} /> },
            { title: t('domain.cert'), sort: 'cert', cell: (domain) => (domain.ChainID ? <a href={to(['certificates', domain.ChainID])} translate="no">{domain.CertName || domain.ChainID.slice(0, 8)}</a> : <span className="lc-quiet">{t('domain.noCert')}</span>) },
            { title: t('certs.ends'), sort: 'ends', cell: (domain) => (domain.ChainID ? <Lifetime notBefore={domain.NotBefore} notAfter={domain.EndsAt} /> : '–') },
          ]} />
      )}
      <Pages place={place} total={chosen.length} size={size} />
      <Add />
      <AsCommand lines={['livecert domain list']} reads={[['ListDomains', { PageNum: page, PageSize: size }]]} />
      {change && <ChangeDomains kind={change} domains={selection.rows} onClose={() => { setChange(undefined); selection.clear(); }} />}
    </>
  );
}
