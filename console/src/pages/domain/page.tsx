import { serverNow } from '../../api/clock';
import { useEffect, useState } from 'react';
import { call } from '../../api/call';
import { useRead } from '../../api/read';
import { mayCall } from '../../api/session';
import { line } from '../../api/shell';
import type { Domain } from '../../api/types';
import { to } from '../../app/router';
import { t } from '../../text';
import { toTime } from '../../text/when';
import { AsCommand, type Call } from '../../ui/command';
import { Button, Failed, Panel, Waiting, When } from '../../ui/kit';
import { Lifetime } from '../../ui/lifetime';
import { LookAgain, useLooking, wasSeen } from '../../ui/look';
import { type Mark, Shape } from '../../ui/state';
import { Steps } from '../../ui/steps';
import { useWrite } from '../../ui/write';
import { History } from '../audit/history';
import { type Linked, type LinkState, linksOf } from './model';

const marks: Record<LinkState, Mark> = { good: 'shown', broken: 'failing', unknown: 'nothing', later: 'going' };

function Remedy({ link, name, domain, write }: { link: Linked; name: string; domain: Domain | undefined; write: ReturnType<typeof useWrite> }) {
  const press = (action: string, members: object, text: string) => (
    <Button variant="primary" isDisabled={write.isBusy} onClick={() => write.run(async () => {
      await call(action, members);
      return { text };
    })}>{text}</Button>
  );
  if (link.id === 'known' && mayCall('CreateDomain')) return press('CreateDomain', { Domain: name, Type: 'pull-flv', Region: 'cn' }, t('domains.add'));
  if (link.id === 'enabled' && mayCall('EnableDomain')) return press('EnableDomain', { Domain: name }, t('domain.enable'));
  if (link.id === 'https' && domain && mayCall('BindCert')) {
    return press('BindCert', { ChainID: domain.ChainID, Domain: name, HTTPS: true }, t('domain.httpsOn'));
  }
  if (link.id === 'bound' && mayCall('BindCert')) return <a className="lc-button" href={to(['certificates'])}>{t('domain.chooseCert')}</a>;
  if (link.id === 'has' && domain?.Edges.length === 0) return mayCall('CreateEdge') ? <a className="lc-button" href={to(['edges', 'new'])}>{t('edges.connect')}</a> : null;
  if (domain?.ChainID && mayCall('CreateCert')) return <a className="lc-button" href={to(['upload'], { chain: domain.ChainID })}>{t('replace')}</a>;
  return null;
}

function sentenceOf({ id, edges }: Linked) {
  if (id === 'has' && edges.length === 0) return t('trouble.no-edge');
  return t(`broken.${id}`, { edges: edges.map(({ Edge }) => Edge).join(t('list.comma')) });
}

function SevenLinks({ list }: { list: Linked[] }) {
  return (
    <ol className="lc-links">
      {list.map(({ id, state }) => (
        <li key={id} className={`lc-link-${state}`} aria-current={state === 'broken' ? 'step' : undefined}>
          <Shape mark={marks[state]} size={20} />
          <span>{t(`link.${id}`)}</span>
          <span className="lc-hidden">{t(`link.state.${state}`)}</span>
        </li>
      ))}
    </ol>
  );
}

interface Words {
  lines: string[];
  writes: Call[];
}

// The same as the button, where there is one.
function remedyOf({ id }: Linked, name: string, domain: Domain | undefined): Words {
  const chain = domain?.ChainID ?? '';
  const replace = { lines: [`${line('livecert', 'cert', 'create', '--chain-id', chain)} FILES…`, 'livecert sign UploadCert --body @body.json | sh'], writes: [] };
  switch (id) {
    case 'known': return { lines: [line('livecert', 'domain', 'add', name)], writes: [['CreateDomain', { Domain: name, Type: 'pull-flv', Region: 'cn' }]] };
    case 'enabled': return { lines: [line('livecert', 'domain', 'enable', name)], writes: [['EnableDomain', { Domain: name }]] };
    case 'bound': return { lines: [line('livecert', 'cert', 'bind', 'CHAIN', name)], writes: [['BindCert', { ChainID: 'CHAIN', Domain: name, HTTPS: true }]] };
    case 'https': return { lines: [line('livecert', 'cert', 'bind', chain, name)], writes: [['BindCert', { ChainID: chain, Domain: name, HTTPS: true }]] };
    case 'fits': return replace;
    case 'has': return domain?.Edges.length === 0 ? { lines: ['livecert edge add NAME nginx --directory FOLDER --listen 127.0.0.1:443'], writes: [] } : { lines: ['livecert edge status'], writes: [['CheckDelivery', { Domain: name }]] };
    case 'shows': return { lines: ['livecert edge status', ...replace.lines], writes: [['CheckDelivery', { Domain: name }]] };
  }
}

export function DomainPage({ name }: { name: string }) {
  const looking = useLooking(name);
  const [isFast, setFast] = useState(false);
  const read = useRead<{ DomainList: Domain[] }>('ListDomains', { Domains: [name] }, isFast ? 500 : 5_000);
  const write = useWrite();
  const isAwaited = looking.isOn && !(read.data?.DomainList[0] && wasSeen(read.data.DomainList[0], looking.since));
  useEffect(() => setFast(isAwaited), [isAwaited]);
  if (!read.data) return read.problem ? <Failed problem={read.problem} /> : <Waiting rows={6} />;
  const domain = read.data.DomainList[0];
  const list = linksOf(domain, serverNow());
  const broken = list.find(({ state }) => state === 'broken');
  const seen = domain?.Edges.map((edge) => toTime(edge.LastSeen)).filter((at) => at > 0) ?? [];
  return (
    <>
      <div className="lc-title"><h1 translate="no">{name}</h1>{domain?.ChainID && <Lifetime notBefore={domain.NotBefore} notAfter={domain.EndsAt} />}</div>
      {read.problem && <Failed problem={read.problem} at={read.at} />}
      <Panel title={t('domain.why')} actions={seen.length > 0 ? <span className="lc-quiet">{t('health.looked')} <When at={Math.max(...seen)} /></span> : undefined}>
        <SevenLinks list={list} />
        {broken ? (
          <div className="lc-broken">
            <p><strong>{sentenceOf(broken)}</strong></p>
            {broken.edges.filter(({ Failure }) => Failure).map(({ Edge, Failure }) => <p key={Edge}><strong translate="no">{Edge}</strong> {Failure}</p>)}
            <div className="lc-actions">
              <Remedy link={broken} name={name} domain={domain} write={write} />
              <LookAgain looking={looking} domain={domain} />
            </div>
            <AsCommand title={t('remedy.as')} {...remedyOf(broken, name, domain)} />
          </div>
        ) : <div className="lc-actions lc-verdict"><p>{list.at(-1)?.state === 'unknown' ? t('domain.unknown') : t('domain.good')}</p><span className="lc-gap" /><LookAgain looking={looking} domain={domain} /></div>}
        {write.outcome}
      </Panel>
      {domain && (
        <div className="lc-columns">
          <Panel title={t('delivery')}>
            {domain.Edges.length === 0 && <p className="lc-quiet">{t('delivery.nowhere')}</p>}
            {domain.Edges.map((edge) => <Steps key={edge.Edge} delivery={edge} />)}
          </Panel>
          <Panel title={t('facts')}>
            <dl className="lc-facts">
              <dt>{t('domain.cert')}</dt><dd>{domain.ChainID ? <a href={to(['certificates', domain.ChainID])} translate="no">{domain.CertName || domain.ChainID.slice(0, 8)}</a> : t('domain.noCert')}</dd>
              {domain.CertDomain && <><dt>{t('domain.coveredBy')}</dt><dd translate="no">{domain.CertDomain}</dd></>}
              <dt>TLS</dt><dd translate="no">{[domain.MinTLSVersion, domain.MaxTLSVersion].filter(Boolean).join(' – ') || '–'}</dd>
              <dt>{t('certs.project')}</dt><dd translate="no">{domain.ProjectName}</dd>
              {domain.BoundAt && <><dt>{t('domain.boundSince')}</dt><dd><When at={toTime(domain.BoundAt)} /></dd></>}
            </dl>
          </Panel>
          <History subject={name} />
        </div>
      )}
      <AsCommand lines={[line('livecert', 'domain', 'list', name), ...(domain?.ChainID ? [line('livecert', 'cert', 'delivery', domain.ChainID)] : [])]} reads={[['ListDomains', { Domains: [name] }]]} />
    </>
  );
}
