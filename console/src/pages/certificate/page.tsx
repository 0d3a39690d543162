import { type ReactNode, useEffect, useState } from 'react';
import { fromBase64, toBytes, toHex } from '../../api/bytes';
import { call } from '../../api/call';
import { useRead } from '../../api/read';
import { mayCall } from '../../api/session';
import type { CertDetail, DeliveryList, Version } from '../../api/types';
import { covers, parseCertificate } from '../../api/x509';
import { go, to } from '../../app/router';
import type { Seen } from '../../secret/files';
import { t } from '../../text';
import { dateOf, exact, toTime } from '../../text/when';
import { AsCommand, Button, Code, Failed, Panel, Waiting, When } from '../../ui/kit';
import { Ladder } from '../../ui/ladder';
import { Lifetime } from '../../ui/lifetime';
import { Shape, State } from '../../ui/state';
import { Steps } from '../../ui/steps';
import { Confirm, useWrite } from '../../ui/write';

type Writing = ReturnType<typeof useWrite>;

async function seenOf(pem: string): Promise<Seen | undefined> {
  const der = fromBase64(toBytes(pem.replaceAll(/-----[^-]+-----/g, '')));
  const certificate = parseCertificate(der);
  return certificate && { certificate, fingerprint: toHex(await crypto.subtle.digest('SHA-256', der)), file: '', block: 0 };
}

export function useChain(pems: string[] | undefined): Seen[] {
  const [chain, setChain] = useState<Seen[]>([]);
  const key = pems?.join('') ?? '';
  useEffect(() => {
    void Promise.all((pems ?? []).map(seenOf)).then((list) => setChain(list.filter((one) => one !== undefined)));
  }, [key]);
  return chain;
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => <><dt>{name}</dt><dd>{children}</dd></>;

function Facts({ cert, leaf }: { cert: CertDetail; leaf: Seen | undefined }) {
  const facts = leaf?.certificate;
  return (
    <dl className="lc-facts">
      {facts && <Fact name={t('fact.names')}><ul className="lc-names">{facts.names.map((name) => <li key={name}><Code text={name} /></li>)}</ul></Fact>}
      <Fact name={t('fact.validity')}><span title={exact(toTime(cert.NotBefore))}>{dateOf(toTime(cert.NotBefore))}</span> – <When at={toTime(cert.NotAfter)}>{dateOf(toTime(cert.NotAfter))}</When></Fact>
      {facts && <Fact name={t('fact.issuer')}><span translate="no">{facts.issuer}</span></Fact>}
      {facts && <Fact name={t('fact.subject')}><span translate="no">{facts.subject}</span></Fact>}
      {facts && <Fact name={t('fact.serial')}><Code text={facts.serial} /></Fact>}
      <Fact name="SHA-256"><Code text={cert.FingerprintSHA256} /></Fact>
      {facts && <Fact name={t('fact.key')}><span translate="no">{facts.key}</span></Fact>}
      <Fact name={t('fact.signature')}><span translate="no">{cert.SignatureAlgorithm}</span></Fact>
      <Fact name={t('certs.project')}><span translate="no">{cert.ProjectName}</span></Fact>
      <Fact name={t('fact.chain')}><Code text={cert.ChainID} /></Fact>
    </dl>
  );
}

function Versions({ chain, write }: { chain: string; write: Writing }) {
  const versions = useRead<{ VersionList: Version[] }>('ListCertVersions', { ChainID: chain });
  const list = versions.data?.VersionList ?? [];
  const current = list.find((version) => version.Current);
  const rollBack = (version: Version) => write.run(async () => {
    await call('RollbackCert', { ChainID: chain, CertID: version.CertID });
    const undo = current && (() => call('RollbackCert', { ChainID: chain, CertID: current.CertID }));
    return { text: t('versions.rolledBack'), ...(undo ? { undo } : {}) };
  });
  return (
    <Panel title={t('versions')}>
      {versions.problem && <Failed problem={versions.problem} />}
      <ul className="lc-rows">
        {list.map((version) => (
          <li key={version.CertID}>
            <Shape mark={version.Current ? 'shown' : toTime(version.EndsAt) < Date.now() ? 'failing' : 'nothing'} />
            <div>
              <p>{version.Current ? <strong>{t('versions.current')}</strong> : t('versions.earlier')} <Code text={version.Fingerprint} short={16} /></p>
              <Lifetime notBefore={version.NotBefore} notAfter={version.EndsAt} />
              <p className="lc-quiet">{t('versions.by')} <span translate="no">{version.CreatedBy.slice(0, 12)}… {version.CreatedFrom}</span> · <When at={toTime(version.CreateTime)} /></p>
            </div>
            {!version.Current && mayCall('RollbackCert') && (
              <Button variant="secondary" isDisabled={write.isBusy} onClick={() => rollBack(version)}>{t('versions.rollBack')}</Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Delivered({ chain }: { chain: string }) {
  const delivery = useRead<DeliveryList>('DescribeDelivery', { ChainID: chain });
  const list = (delivery.data?.DeliveryList ?? []).filter(({ Expected }) => Expected);
  return (
    <Panel title={t('delivery')}>
      {delivery.problem && <Failed problem={delivery.problem} />}
      {delivery.data && list.length === 0 && <p className="lc-quiet">{t('delivery.nowhere')}</p>}
      {list.map((item) => <Steps key={`${item.Domain} ${item.Edge}`} delivery={item} />)}
    </Panel>
  );
}

function Bind({ cert, names, write }: { cert: CertDetail; names: string[]; write: Writing }) {
  const [domain, setDomain] = useState('');
  const bind = (name: string) => write.run(async () => {
    await call('BindCert', { ChainID: cert.ChainID, Domain: name, HTTPS: true });
    return { text: t('bound', { name }), undo: () => call('UnbindCert', { ChainID: cert.ChainID, Domain: name }) };
  });
  const unbind = (name: string) => write.run(async () => {
    await call('UnbindCert', { ChainID: cert.ChainID, Domain: name });
    return { text: t('unbound', { name }), undo: () => call('BindCert', { ChainID: cert.ChainID, Domain: name, HTTPS: true }) };
  });
  return (
    <Panel title={t('cert.domains', { n: cert.CertDomainList.length })}>
      {cert.CertDomainList.length === 0 && <p className="lc-quiet">{t('cert.unboundLong')}</p>}
      <ul className="lc-rows">
        {cert.CertDomainList.map((name) => (
          <li key={name}>
            <Shape mark={names.some((covering) => covers(covering, name)) ? 'shown' : 'failing'} />
            <a href={to(['domains', name])} translate="no">{name}</a>
            {mayCall('UnbindCert') && <Button variant="link" isDisabled={write.isBusy} onClick={() => unbind(name)} aria-label={`${t('unbind')} ${name}`}>{t('unbind')}</Button>}
          </li>
        ))}
      </ul>
      {mayCall('BindCert') && (
        <form className="lc-inline" onSubmit={(event) => {
          event.preventDefault();
          bind(domain.trim());
        }}>
          <input aria-label={t('cert.domainToBind')} placeholder={t('cert.domainToBind')} value={domain} required onChange={(event) => setDomain(event.target.value)} />
          <Button type="submit" variant="secondary" isDisabled={write.isBusy}>{t('bind')}</Button>
        </form>
      )}
    </Panel>
  );
}

function download(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/x-pem-file' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function Delete({ cert, write, onClose }: { cert: CertDetail; write: Writing; onClose: () => void }) {
  const name = cert.CertName || cert.ChainID;
  const remove = () => {
    onClose();
    write.run(async () => {
      await call('DeleteCert', { ChainID: cert.ChainID });
      go(to(['certificates']));
      return undefined;
    });
  };
  return (
    <Confirm title={t('delete.title')} button={t('delete')} name={name} onConfirm={remove} onClose={onClose}>
      <p>{t('delete.gone')}</p>
    </Confirm>
  );
}

export function CertificatePage({ chain }: { chain: string }) {
  const read = useRead<CertDetail>('DescribeCertDetailSecretV2', { ChainID: chain });
  const rungs = useChain(read.data?.SSL.Chain);
  const [isDeleting, setDeleting] = useState(false);
  const write = useWrite();
  const cert = read.data;
  if (!cert) return read.problem ? <Failed problem={read.problem} /> : <Waiting rows={8} />;
  const name = cert.CertName || rungs[0]?.certificate.commonName || chain.slice(0, 8);
  return (
    <>
      <div className="lc-title">
        <h1 translate="no">{name}</h1>
        <Lifetime notBefore={cert.NotBefore} notAfter={cert.EndsAt} />
      </div>
      <div className="lc-actions">
        {mayCall('CreateCert') && <a className="lc-button lc-primary" href={to(['upload'], { chain })}>{t('replace')}</a>}
        <Button variant="secondary" onClick={() => download(`${name.replaceAll(/[^\w.-]/g, '_')}.pem`, cert.SSL.Chain.join(''))}>{t('cert.download')}</Button>
        {mayCall('DeleteCert') && cert.CertDomainList.length === 0 && <Button variant="link" isDanger onClick={() => setDeleting(true)}>{t('delete')}</Button>}
      </div>
      {write.outcome}
      {cert.Superseded && <State mark="nothing">{t('cert.superseded')}</State>}
      <div className="lc-columns">
        <Panel title={t('facts')}><Facts cert={cert} leaf={rungs[0]} /></Panel>
        <Panel title={t('ladder')}><Ladder rungs={rungs.map((seen) => ({ seen, findings: [] }))} /></Panel>
        <Bind cert={cert} names={rungs[0]?.certificate.names ?? []} write={write} />
        <Delivered chain={chain} />
        <Versions chain={chain} write={write} />
      </div>
      <AsCommand lines={[`livecert cert describe ${chain}`, `livecert cert versions ${chain}`, `livecert cert delivery ${chain}`,
        `sh -c "$(livecert sign DescribeCertDetailSecretV2 --body '{"ChainID":"${chain}"}')"`]} />
      {isDeleting && <Delete cert={cert} write={write} onClose={() => setDeleting(false)} />}
    </>
  );
}
