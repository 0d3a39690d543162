import { useState } from 'react';
import { call } from '../../api/call';
import { serverNow } from '../../api/clock';
import { useAll } from '../../api/read';
import { mayCall } from '../../api/session';
import type { Domain } from '../../api/types';
import { type Place, to } from '../../app/router';
import { t } from '../../text';
import { Choice, Pages, Search, Toolbar } from '../../ui/filters';
import { AsCommand, Button, Empty, Failed, Panel, Waiting } from '../../ui/kit';
import { Lifetime } from '../../ui/lifetime';
import { State } from '../../ui/state';
import { Table } from '../../ui/table';
import { useWrite } from '../../ui/write';
import { judge } from '../overview/model';
import { type DomainState, fits, stateOf } from './model';

const size = 100;

function Shown({ domain }: { domain: Domain }) {
  const state = stateOf(domain, serverNow());
  const proved = domain.Edges.filter((edge) => edge.State === 'proved').length;
  const marks = { shown: 'shown', failing: 'failing', soon: 'soon', unbound: 'nothing', unknown: 'nothing' } as const;
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

export function DomainsPage({ place }: { place: Place }) {
  const read = useAll<Domain>('ListDomains', {}, 'DomainList');
  const all = read.data?.list ?? [];
  const now = serverNow();
  const chosen = all.filter((domain) => fits(domain, place.query, now));
  const page = Number(place.query.get('page') ?? 1);
  const states: DomainState[] = ['shown', 'failing', 'soon', 'unbound', 'unknown'];
  return (
    <>
      <h1>{t('nav.domains')}</h1>
      <Toolbar>
        <Search place={place} label={t('domains.search')} />
        <Choice place={place} name="state" label={t('certs.state')} choices={[['', t('domains.all')], ...states.map((state): [string, string] => [state, t(`domains.state.${state}`)])]} />
        {read.data && <span className="lc-quiet">{t('domains.count', { n: chosen.length })}</span>}
      </Toolbar>
      {read.problem && <Failed problem={read.problem} at={read.at} />}
      {!read.data && !read.problem && <Waiting rows={8} />}
      {read.data && chosen.length === 0 && (
        <Empty title={all.length > 0 ? t('domains.noneFits') : t('domains.none')}>{all.length > 0 && <a href={to(['domains'])}>{t('filters.clear')}</a>}</Empty>
      )}
      {chosen.length > 0 && (
        <Table label={t('nav.domains')} rows={chosen.slice((page - 1) * size, page * size)} keyOf={(domain) => domain.Domain} columns={[
          { title: t('domains.name'), cell: (domain) => <a href={to(['domains', domain.Domain])} translate="no">{domain.Domain}</a> },
          { title: t('domains.shown'), cell: (domain) => <Shown domain={domain} /> },
          { title: t('domain.cert'), cell: (domain) => (domain.ChainID ? <a href={to(['certificates', domain.ChainID])} translate="no">{domain.CertName || domain.ChainID.slice(0, 8)}</a> : <span className="lc-quiet">{t('domain.noCert')}</span>) },
          { title: t('certs.ends'), cell: (domain) => (domain.ChainID ? <Lifetime notBefore={domain.NotBefore} notAfter={domain.EndsAt} /> : '–') },
        ]} />
      )}
      <Pages place={place} total={chosen.length} size={size} />
      <Add />
      <AsCommand lines={['livecert domain list', "sh -c \"$(livecert sign ListDomains --body '{}')\""]} />
    </>
  );
}
