// What is done with several domains at once: the plan, then the change, then Undo where that is possible.
import { type ReactNode, useState } from 'react';
import { bind, restore, unbind } from '../../api/bindings';
import { call } from '../../api/call';
import { useRead } from '../../api/read';
import { line } from '../../api/shell';
import type { Cert, CertDetail, Domain } from '../../api/types';
import { type Key, t } from '../../text';
import { BulkDialog, type Task } from '../../ui/bulk';
import { useChain } from '../../ui/chain';
import { useSettled } from '../../ui/filters';
import { hosts, NameList, Stops } from '../../ui/impact';
import { Failed } from '../../ui/kit';
import { nameOf } from '../certificates/model';
import { type Change, type Plan, planOf, type Target } from './plan';

const named = ({ Domain: host }: Domain): string => host;

interface Doing {
  change: (domain: Domain) => Promise<unknown>;
  undo?: (domain: Domain) => Promise<unknown>;
  words: string[];
}

function doing(kind: Change, target: Target | undefined): Doing {
  switch (kind) {
    case 'bind': return { change: (domain) => bind(target?.chain ?? '', { ...domain, HTTPS: true }), undo: restore, words: ['cert', 'bind', target?.chain ?? ''] };
    case 'unbind': return { change: unbind, undo: restore, words: ['cert', 'unbind'] };
    case 'enable': return { change: ({ Domain: host }) => call('EnableDomain', { Domain: host }), undo: ({ Domain: host }) => call('DisableDomain', { Domain: host }), words: ['domain', 'enable'] };
    case 'disable': return { change: ({ Domain: host }) => call('DisableDomain', { Domain: host }), undo: ({ Domain: host }) => call('EnableDomain', { Domain: host }), words: ['domain', 'disable'] };
    case 'delete': return { change: ({ Domain: host }) => call('DeleteDomain', { Domain: host }), words: ['domain', 'delete'] };
  }
}

const takesMany = new Set(['bind', 'unbind']);

const linesOf = (words: string[], list: Domain[]): string[] =>
  takesMany.has(words[1]!) ? [line('livecert', ...words, ...hosts(list))] : list.map(({ Domain: host }) => line('livecert', ...words, host));

// The certificate that domains are to use: found by its name, read for the names that it covers.
function Chooser({ chosen, choose }: { chosen: string; choose: (chain: string) => void }) {
  const [text, setText] = useState('');
  const wanted = useSettled(text.trim());
  const certs = useRead<{ CertList: Cert[] }>('ListCerts', { ...(wanted ? { CertName: wanted } : {}), Superseded: false, Expired: false, PageNum: 1, PageSize: 8 });
  return (
    <fieldset className="lc-choices">
      <legend>{t('bulk.certificate')}</legend>
      <input type="search" aria-label={t('certs.search')} placeholder={t('certs.search')} value={text} onChange={(event) => setText(event.target.value)} />
      {certs.problem && <Failed problem={certs.problem} />}
      {(certs.data?.CertList ?? []).map((cert) => (
        <label key={cert.ChainID}>
          <input type="radio" name="chain" checked={chosen === cert.ChainID} onChange={() => choose(cert.ChainID)} />
          <span><strong translate="no">{nameOf(cert)}</strong> <span className="lc-quiet" translate="no">{cert.ChainID.slice(0, 8)}</span></span>
        </label>
      ))}
      {certs.data?.CertList.length === 0 && <p className="lc-quiet">{t('certs.noneFits')}</p>}
    </fieldset>
  );
}

function Told({ plan, kind }: { plan: Plan; kind: Change }) {
  return (
    <>
      {plan.change.length > 0 && <p><strong>{t(`bulk.${kind}.change` as Key, { n: plan.change.length })}</strong></p>}
      {plan.change.length > 0 && <NameList names={hosts(plan.change)} />}
      {plan.refused.length > 0 && <><p>{t('bulk.uncovered', { n: plan.refused.length })}</p><NameList names={hosts(plan.refused)} /></>}
      {plan.same.length > 0 && <p className="lc-quiet">{t('bulk.same', { n: plan.same.length })}</p>}
      {kind === 'delete' && <p>{t('bulk.delete.gone')}</p>}
      {kind !== 'bind' && kind !== 'enable' && plan.change.length > 0 && <Stops impact={plan.impact} />}
    </>
  );
}

interface Props {
  kind: Change;
  domains: Domain[];
  onClose: () => void;
}

function Planned({ kind, domains, target, onClose, children }: Props & { target?: Target; children?: ReactNode }) {
  const plan = planOf(kind, domains, target);
  const { change, undo, words } = doing(kind, target);
  const isDanger = plan.impact.domains.length > 0 || kind === 'delete';
  const typed = kind !== 'delete' ? '' : plan.change.length === 1 ? named(plan.change[0]!) : String(plan.change.length);
  const task: Task<Domain> = {
    title: t(`bulk.${kind}.title` as Key), button: t(`bulk.${kind}.do` as Key, { n: plan.change.length }), items: plan.change, nameOf: named,
    change, ...(undo ? { undo } : {}), typed, isDanger, lines: linesOf(words, plan.change),
  };
  return <BulkDialog task={task} onClose={onClose}>{children}{(kind !== 'bind' || target) && <Told plan={plan} kind={kind} />}</BulkDialog>;
}

function Binding(props: Props) {
  const [chain, setChain] = useState('');
  const cert = useRead<CertDetail>('DescribeCertDetailSecretV2', chain ? { ChainID: chain } : null);
  const leaf = useChain(chain ? cert.data?.SSL.Chain : undefined)[0];
  const target = leaf && cert.data?.ChainID === chain ? { target: { chain, names: leaf.certificate.names } } : {};
  return <Planned {...props} {...target}><Chooser chosen={chain} choose={setChain} /></Planned>;
}

export function ChangeDomains(props: Props) {
  const [domains] = useState(props.domains); // those that were selected; what is read meanwhile plans nothing else
  return props.kind === 'bind' ? <Binding {...props} domains={domains} /> : <Planned {...props} domains={domains} />;
}
