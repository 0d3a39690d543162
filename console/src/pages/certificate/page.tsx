import { useState } from 'react';
import { useRead } from '../../api/read';
import { mayCall } from '../../api/session';
import { line } from '../../api/shell';
import type { CertDetail, DeliveryList } from '../../api/types';
import { go, type Place, to } from '../../app/router';
import { save } from '../../export/save';
import { t } from '../../text';
import { useChain } from '../../ui/chain';
import { AsCommand } from '../../ui/command';
import { Button, Failed, Panel, Waiting } from '../../ui/kit';
import { Ladder } from '../../ui/ladder';
import { Lifetime } from '../../ui/lifetime';
import { State } from '../../ui/state';
import { Steps } from '../../ui/steps';
import { useWrite } from '../../ui/write';
import { History } from '../audit/history';
import { DeleteCertificates } from '../certificates/bulk';
import { Bindings } from './bindings';
import { Facts } from './facts';
import { Versions } from './versions';

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

export function CertificatePage({ chain, place }: { chain: string; place: Place }) {
  const read = useRead<CertDetail>('DescribeCertDetailSecretV2', { ChainID: chain });
  const rungs = useChain(read.data?.SSL.Chain);
  const [isDeleting, setDeleting] = useState(false);
  const write = useWrite();
  const cert = read.data;
  if (!cert) return read.problem ? <Failed problem={read.problem} /> : <Waiting rows={8} />;
  const name = cert.CertName || rungs[0]?.certificate.commonName || chain.slice(0, 8);
  const download = () => save(`${name.replaceAll(/[^\w.-]/g, '_')}.pem`, 'application/x-pem-file', cert.SSL.Chain.join(''));
  return (
    <>
      <div className="lc-title">
        <h1 translate="no">{name}</h1>
        <Lifetime notBefore={cert.NotBefore} notAfter={cert.EndsAt} />
      </div>
      <div className="lc-actions">
        {mayCall('CreateCert') && <a className="lc-button lc-primary" href={to(['upload'], { chain })}>{t('replace')}</a>}
        <Button variant="secondary" onClick={download}>{t('cert.download')}</Button>
        {mayCall('DeleteCert') && <Button variant="link" isDanger onClick={() => setDeleting(true)}>{t('delete.ask')}</Button>}
      </div>
      {write.outcome}
      {cert.Superseded && <State mark="nothing">{t('cert.superseded')}</State>}
      <div className="lc-columns">
        <Panel title={t('facts')}><Facts cert={cert} leaf={rungs[0]} /></Panel>
        <Panel title={t('ladder')}><Ladder rungs={rungs.map((seen) => ({ seen, findings: [] }))} /></Panel>
        <Bindings cert={cert} names={rungs[0]?.certificate.names ?? []} write={write} />
        <Delivered chain={chain} />
      </div>
      <Versions chain={chain} domains={cert.CertDomainList} place={place} write={write} />
      <History subject={chain} />
      <AsCommand lines={[line('livecert', 'cert', 'describe', chain), line('livecert', 'cert', 'versions', chain), line('livecert', 'cert', 'delivery', chain)]}
        reads={[['DescribeCertDetailSecretV2', { ChainID: chain }]]} />
      {isDeleting && <DeleteCertificates certs={[{ ...cert, CertName: name }]} onClose={() => setDeleting(false)} onDeleted={() => go(to(['certificates']))} />}
    </>
  );
}
