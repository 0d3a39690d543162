import { useState } from 'react';
import { bind, type Former, nothing, restore, unbind } from '../../api/bindings';
import { call } from '../../api/call';
import { mayCall } from '../../api/session';
import type { CertDetail, Domain } from '../../api/types';
import { covers } from '../../api/x509';
import { to } from '../../app/router';
import { t } from '../../text';
import { Button, Panel } from '../../ui/kit';
import { Shape } from '../../ui/state';
import type { Writing } from '../../ui/write';

// Undo restores what the domain used before, with its TLS versions.
export function Bindings({ cert, names, write }: { cert: CertDetail; names: string[]; write: Writing }) {
  const [domain, setDomain] = useState('');
  const change = (name: string, text: string, work: (former: Former) => Promise<unknown>) => write.run(async () => {
    const [former] = (await call<{ DomainList: Domain[] }>('ListDomains', { Domains: [name] })).DomainList;
    await work(former ?? nothing(name));
    return { text, undo: () => restore(former ?? nothing(name)) };
  });
  const use = (name: string) => change(name, t('bound', { name }), (former) => bind(cert.ChainID, { ...former, HTTPS: true }));
  const leave = (name: string) => change(name, t('unbound', { name }), unbind);
  return (
    <Panel title={t('cert.domains', { n: cert.CertDomainList.length })}>
      {cert.CertDomainList.length === 0 && <p className="lc-quiet">{t('cert.unboundLong')}</p>}
      <ul className="lc-rows">
        {cert.CertDomainList.map((name) => (
          <li key={name}>
            <Shape mark={names.some((covering) => covers(covering, name)) ? 'shown' : 'failing'} />
            <a href={to(['domains', name])} translate="no">{name}</a>
            {mayCall('UnbindCert') && <Button variant="link" isDisabled={write.isBusy} onClick={() => leave(name)} aria-label={`${t('unbind')} ${name}`}>{t('unbind')}</Button>}
          </li>
        ))}
      </ul>
      {mayCall('BindCert') && (
        <form className="lc-inline" onSubmit={(event) => {
          event.preventDefault();
          use(domain.trim().toLowerCase());
        }}>
          <input aria-label={t('cert.domainToBind')} placeholder={t('cert.domainToBind')} value={domain} required onChange={(event) => setDomain(event.target.value)} />
          <Button type="submit" variant="secondary" isDisabled={write.isBusy}>{t('bind')}</Button>
        </form>
      )}
    </Panel>
  );
}
