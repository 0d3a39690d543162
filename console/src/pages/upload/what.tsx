import { useState } from 'react';
import { type Former, nothing } from '../../api/bindings';
import { Problem } from '../../api/call';
import { refreshAll } from '../../api/read';
import { comment, line, path } from '../../api/shell';
import type { Domain, Plan } from '../../api/types';
import type { Seen } from '../../secret/files';
import { t } from '../../text';
import { left, toTime } from '../../text/when';
import { AsCommand } from '../../ui/command';
import { Button, Failed, Note, Panel, Waiting } from '../../ui/kit';
import type { Files } from './inspected';
import { type Candidate, canSend, offersOf } from './model';
import type { Sent } from './outcome';
import { bind, membersOf, type Target, upload } from './send';

interface Props {
  leaf: Seen;
  files: Files;
  plan: Plan | undefined;
  target: Target;
  candidates: Candidate[];
  wanted: string;
  domains: Domain[];
  choose: (chain: string) => void;
  onSent: (sent: Sent) => void;
}

function Choices({ leaf, candidates, wanted, target, domains, choose }: Props) {
  const named = candidates.some(({ chain }) => chain === wanted) || !wanted ? candidates
    : [{ chain: wanted, name: wanted.slice(0, 8), notAfter: domains.find(({ ChainID }) => ChainID === wanted)?.EndsAt ?? '', domains: [], isWhole: false }, ...candidates];
  return (
    <fieldset className="lc-choices">
      <legend className="lc-hidden">{t('upload.what')}</legend>
      {named.slice(0, 5).map(({ chain, name, notAfter, domains: bound }) => (
        <label key={chain}>
          <input type="radio" name="target" checked={target.chain === chain} onChange={() => choose(chain)} />
          <span>
            {t('upload.replace')} <strong translate="no">{name || chain.slice(0, 8)}</strong>
            {notAfter && <span className="lc-quiet"> {left(toTime(notAfter))} → {left(leaf.certificate.notAfter)}</span>}
            {bound.length > 0 && <span className="lc-quiet" translate="no"> {bound.slice(0, 3).join(', ')}{bound.length > 3 ? ` +${bound.length - 3}` : ''}</span>}
          </span>
        </label>
      ))}
      <label>
        <input type="radio" name="target" checked={target.chain === ''} onChange={() => choose('')} />
        <span>{t('upload.new')}</span>
      </label>
    </fieldset>
  );
}

// Which domains change at which edges.
function Effects({ domains, chain }: { domains: Domain[]; chain: string }) {
  const list = domains.filter(({ ChainID, Ordered }) => ChainID === chain && Ordered);
  if (list.length === 0) return null;
  const edges = [...new Set(list.flatMap((domain) => domain.Edges.map(({ Edge }) => Edge)))];
  return <p>{t('upload.effects', { n: list.length })} <span translate="no">{list.slice(0, 5).map((domain) => domain.Domain).join(', ')}</span>{edges.length > 0 && <> · {t('nav.edges')} <span translate="no">{edges.join(', ')}</span></>}</p>;
}

function Offers({ leaf, domains, picked, pick }: { leaf: Seen; domains: Domain[]; picked: Set<string>; pick: (names: Set<string>) => void }) {
  const offers = offersOf(leaf, domains).slice(0, 50);
  if (offers.length === 0) return null;
  const toggle = (name: string) => {
    const names = new Set(picked);
    if (!names.delete(name)) names.add(name);
    pick(names);
  };
  return (
    <fieldset className="lc-choices">
      <legend>{t('upload.bindTo')}</legend>
      {offers.map(({ name, isKnown, isBound }) => (
        <label key={name}>
          <input type="checkbox" checked={picked.has(name)} onChange={() => toggle(name)} />
          <span><span translate="no">{name}</span> <span className="lc-quiet">{isBound ? t('upload.bound') : isKnown ? '' : t('upload.unknown')}</span></span>
        </label>
      ))}
    </fieldset>
  );
}

function Verdict({ plan }: { plan: Plan }) {
  if (plan.Effect === 'none') return <Note kind="info" title={t('effect.none')} />;
  if (plan.Accepted) return <p>{t(`effect.${plan.Effect}`)}</p>;
  return (
    <Note kind="danger" title={t('effect.refuse')}>
      {plan.UncoveredDomains.length > 0 && <p>{t('upload.uncovered')} <span translate="no">{plan.UncoveredDomains.join(', ')}</span></p>}
      {plan.Findings.every(({ Severity }) => Severity !== 'error') && plan.Error && <p>{plan.Error.Message}</p>}
    </Note>
  );
}

// A request with a key in it stands in a file that only its owner can read, never on a command line.
function commandsOf({ files: { files }, target, plan }: Props, names: Set<string>): string[] {
  const which = target.chain ? ['--chain-id', target.chain] : ['--name', target.name];
  const paths = files.map(({ name }) => path(name));
  const members = { ...membersOf(target), Files: paths.map((name) => ({ Name: name, Data: '…' })) };
  const binding = !target.chain && plan?.Accepted && names.size > 0 ? [line('livecert', 'cert', 'bind', 'CHAIN', ...names)] : [];
  return [line('livecert', 'cert', 'create', ...which, ...paths), ...binding,
    comment(`${t('command.body')} ${JSON.stringify(members)}`), 'livecert sign UploadCert --body @body.json | sh'];
}

export function What(props: Props) {
  const { leaf, files, plan, target, domains, onSent } = props;
  const [picked, pick] = useState<Set<string>>();
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const names = picked ?? new Set(offersOf(leaf, domains).filter(({ isBound }) => !isBound).map(({ name }) => name));
  const send = async () => {
    setBusy(true);
    try {
      const former = domains.find(({ ChainID }) => ChainID === target.chain)?.CertID;
      const { ChainID: chain } = await upload(target, files.given());
      const before: Former[] = [];
      if (!target.chain) {
        for (const name of names) {
          const known = domains.find((domain) => domain.Domain === name);
          await bind(chain, name, known !== undefined);
          before.push(known ?? nothing(name));
        }
      }
      refreshAll(); // or the page would show how the version before was delivered
      onSent({ chain, isUpdate: target.chain !== '', former: former ?? '', before });
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem('NoAnswer', ''));
      setBusy(false);
    }
  };
  return (
    <Panel title={t('upload.what')}>
      <Choices {...props} />
      {target.leaf && !plan && <Waiting rows={2} />}
      {plan && <Verdict plan={plan} />}
      {canSend(plan) && target.chain && <Effects domains={domains} chain={target.chain} />}
      {plan?.Accepted && !target.chain && <Offers leaf={leaf} domains={domains} picked={names} pick={pick} />}
      {problem && <Failed problem={problem} />}
      {canSend(plan) && (
        <Button variant="primary" isDisabled={isBusy} isLoading={isBusy} onClick={() => void send()}>
          {target.chain ? t('upload.sendReplace') : names.size > 0 ? t('upload.sendBind', { n: names.size }) : t('upload.send')}
        </Button>
      )}
      <AsCommand lines={commandsOf(props, names)} />
    </Panel>
  );
}
