import type { ReactNode } from 'react';
import type { CertDetail } from '../../api/types';
import type { Seen } from '../../secret/files';
import { t } from '../../text';
import { dateOf, exact, toTime } from '../../text/when';
import { Code, When } from '../../ui/kit';

const Fact = ({ name, children }: { name: string; children: ReactNode }) => <><dt>{name}</dt><dd>{children}</dd></>;

export function Facts({ cert, leaf }: { cert: CertDetail; leaf: Seen | undefined }) {
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
