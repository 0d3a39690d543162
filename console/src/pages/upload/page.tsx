// Drop, see what it is and what will happen, send, watch it being shown, undo.
import { useEffect, useState } from 'react';
import { Problem } from '../../api/call';
import { useAll, useRead } from '../../api/read';
import { mayCall } from '../../api/session';
import type { Cert, Domain, Plan } from '../../api/types';
import type { Place } from '../../app/router';
import type { Seen } from '../../secret/files';
import { t } from '../../text';
import { useChain } from '../../ui/chain';
import { Findings } from '../../ui/findings';
import { Failed, Note, Panel, Waiting } from '../../ui/kit';
import { Ladder } from '../../ui/ladder';
import { DropZone, FileList } from './files';
import { type Files, keyOf, type Recognised, useFiles, useRecognised } from './inspected';
import { candidatesOf, ladderOf, leafOf } from './model';
import { Outcome } from './outcome';
import { plan as askPlan, type Target } from './send';
import { What } from './what';

function usePlan(target: Target | undefined, { files, attempt, given }: Files) {
  const [answer, setAnswer] = useState<{ key: string; plan?: Plan; problem?: Problem }>({ key: '' });
  const key = target?.leaf ? `${target.chain} ${target.leaf} ${attempt} ${keyOf(files)}` : '';
  useEffect(() => {
    if (!key || !target) return undefined;
    let isWanted = true;
    askPlan(target, given()).then(
      (plan) => isWanted && setAnswer({ key, plan }),
      (error: unknown) => isWanted && setAnswer({ key, problem: error instanceof Problem ? error : new Problem('NoAnswer', '') }),
    );
    return () => {
      isWanted = false;
    };
  }, [key]);
  return answer.key === key ? answer : { key };
}

// Files may hold several certificates with their keys: each is sent by itself.
function Several({ recognised: { uploads }, chosen, choose }: { recognised: Recognised; chosen: string; choose: (leaf: string) => void }) {
  if (uploads.length < 2) return null;
  return (
    <fieldset className="lc-choices">
      <legend>{t('upload.which', { n: uploads.length })}</legend>
      {uploads.map(({ leaf, chain, keyOrigin }) => (
        <label key={leaf}>
          <input type="radio" name="leaf" checked={leaf === chosen} onChange={() => choose(leaf)} />
          <span><strong translate="no">{chain[0]?.certificate.names[0] ?? chain[0]?.certificate.commonName}</strong> <span className="lc-quiet" translate="no">{keyOrigin}</span></span>
        </label>
      ))}
    </fieldset>
  );
}

interface ShownProps {
  recognised: Recognised;
  given: Seen[];
  plan: Plan | undefined;
  chosen: string;
  choose: (leaf: string) => void;
}

function Shown({ recognised, given, plan, chosen, choose }: ShownProps) {
  const stored = useChain(plan?.Chain);
  const { rungs, others } = ladderOf(given, stored, plan?.Findings ?? []);
  const { inspection: { Lack: lack, LeftOut: leftOut } } = recognised;
  if (rungs.length === 0 && !lack) return null;
  return (
    <Panel title={t('upload.recognised')}>
      <Several recognised={recognised} chosen={chosen} choose={choose} />
      {rungs.length > 0 && <Ladder rungs={rungs} leaf={leafOf(rungs.map(({ seen }) => seen))?.fingerprint} />}
      <Findings findings={others} />
      {lack && <Note kind="info" title={t(`lack.${lack}`)} />}
      {leftOut.length > 0 && (
        <ul className="lc-quiet">
          {leftOut.slice(0, 8).map(({ Why, Origin }) => <li key={Why + Origin}>{t(`left.${Why}`)} <span translate="no">{Origin}</span></li>)}
        </ul>
      )}
    </Panel>
  );
}

export function UploadPage({ place }: { place: Place }) {
  const files = useFiles();
  const { recognised, problem: unread, isWaiting } = useRecognised(files);
  const [leafChosen, setLeaf] = useState<string>();
  const upload = recognised?.uploads.find(({ leaf }) => leaf === leafChosen) ?? recognised?.uploads[0];
  const given = upload?.chain ?? recognised?.loose ?? [];
  const leaf = given[0];
  const domains = useAll<Domain>('ListDomains', {}, 'DomainList');
  const certs = useRead<{ CertList: Cert[] }>('ListCerts', leaf ? { CertName: leaf.certificate.names[0] ?? '', Superseded: false, PageNum: 1, PageSize: 100 } : null);
  const wanted = place.query.get('chain') ?? '';
  const candidates = leaf ? candidatesOf(leaf, domains.data?.list ?? [], certs.data?.CertList ?? []) : [];
  const [chosen, setChosen] = useState<{ leaf: string; chain: string }>();
  const [sent, setSent] = useState<Parameters<typeof Outcome>[0]['sent']>();
  const preselected = wanted || (candidates[0]?.isWhole ? candidates[0].chain : '');
  const name = leaf?.certificate.names[0] ?? leaf?.certificate.commonName ?? '';
  const isLoaded = domains.data !== undefined || domains.problem !== undefined;
  const chain = chosen && chosen.leaf === leaf?.fingerprint ? chosen.chain : preselected;
  const target = leaf && isLoaded ? { chain, name, leaf: upload?.leaf ?? '' } : undefined;
  const { plan, problem } = usePlan(target, files);
  if (!mayCall('UploadCert')) return <><h1>{t('upload')}</h1><Note kind="info" title={t('readOnly')} /></>;
  const again = () => {
    setSent(undefined);
    if ((recognised?.uploads.length ?? 0) < 2) files.clear();
  };
  if (sent) return <Outcome sent={sent} again={again} />;
  return (
    <>
      <h1>{t('upload')}</h1>
      <DropZone add={files.add} isSmall={files.files.length > 0} />
      <FileList files={files.files} inspection={recognised?.inspection} hasPassword={files.attempt > 0} open={files.open} remove={files.remove} />
      {recognised && !recognised.isWhole && <Note kind="warning" title={t('upload.tooMuch')} />}
      {unread && (unread.code === 'NothingToRead' ? <Note kind="warning" title={t('upload.nothing')} /> : <Failed problem={unread} />)}
      {problem && <Failed problem={problem} />}
      {isWaiting && <Waiting rows={4} />}
      <div className="lc-columns">
        {recognised && <Shown recognised={recognised} given={given} plan={plan} chosen={upload?.leaf ?? ''} choose={setLeaf} />}
        {target && leaf && (
          <What key={leaf.fingerprint} leaf={leaf} files={files} plan={plan} target={target} candidates={candidates} wanted={wanted}
            domains={domains.data?.list ?? []} choose={(to) => setChosen({ leaf: leaf.fingerprint, chain: to })} onSent={setSent} />
        )}
      </div>
    </>
  );
}
