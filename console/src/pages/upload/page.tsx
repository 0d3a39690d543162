// Drop, see what it is and what will happen, send, watch it being shown, undo.
import { useEffect, useState } from 'react';
import { Problem } from '../../api/call';
import { useAll, useRead } from '../../api/read';
import { mayCall } from '../../api/session';
import type { Cert, Domain, Plan } from '../../api/types';
import { onDropped, takeDropped } from '../../app/drop';
import type { Place } from '../../app/router';
import { look, type Taken } from '../../secret/files';
import { t } from '../../text';
import { Failed, Note, Panel } from '../../ui/kit';
import { Ladder } from '../../ui/ladder';
import { Findings } from '../../ui/findings';
import { useChain } from '../../ui/chain';
import { DropZone, FileList } from './files';
import { candidatesOf, certificatesOf, chainOf, isReady, keysOf, ladderOf, leafOf } from './model';
import { Outcome } from './outcome';
import { plan as askPlan, type Target } from './send';
import { What } from './what';

// The files that wait, each read once. A file of the same name replaces the one before.
function useFiles() {
  const [files, setFiles] = useState<Taken[]>([]);
  const add = async (list: File[]) => {
    const read = await Promise.all(list.map(look));
    setFiles((before) => [...before.filter(({ file }) => !read.some((one) => one.file.name === file.name)), ...read]);
  };
  useEffect(() => {
    const take = () => void add(takeDropped());
    take();
    return onDropped(take);
  }, []);
  return { files, add, remove: (name: string) => setFiles((before) => before.filter(({ file }) => file.name !== name)), clear: () => setFiles([]) };
}

function usePlan(target: Target | undefined, files: Taken[]) {
  const [answer, setAnswer] = useState<{ key: string; plan?: Plan; problem?: Problem }>({ key: '' });
  const key = target && isReady(files) ? `${target.chain} ${files.map(({ file }) => `${file.name} ${file.lastModified} ${file.size}`).join('|')}` : '';
  useEffect(() => {
    if (!key || !target) return undefined;
    let isWanted = true;
    askPlan(target, files).then(
      (plan) => isWanted && setAnswer({ key, plan }),
      (error: unknown) => isWanted && setAnswer({ key, problem: error instanceof Problem ? error : new Problem('NoAnswer', '') }),
    );
    return () => {
      isWanted = false;
    };
  }, [key]);
  return answer.key === key ? answer : { key };
}

function Recognised({ files, plan }: { files: Taken[]; plan: Plan | undefined }) {
  const stored = useChain(plan?.Chain);
  const { rungs, others } = ladderOf(chainOf(files), stored, plan?.Findings ?? []);
  if (rungs.length === 0) return null;
  return (
    <Panel title={t('upload.recognised')}>
      <Ladder rungs={rungs} leaf={leafOf(rungs.map(({ seen }) => seen))?.fingerprint} />
      <Findings findings={others} />
      {keysOf(files) === 0 && <Note kind="info" title={t('upload.noKey')} />}
      {keysOf(files) > 1 && <Note kind="warning" title={t('upload.manyKeys')} />}
    </Panel>
  );
}

export function UploadPage({ place }: { place: Place }) {
  const { files, add, remove, clear } = useFiles();
  const domains = useAll<Domain>('ListDomains', {}, 'DomainList');
  const leaf = leafOf(certificatesOf(files));
  const certs = useRead<{ CertList: Cert[] }>('ListCerts', leaf ? { CertName: leaf.certificate.names[0] ?? '', Superseded: false, PageNum: 1, PageSize: 100 } : null);
  const wanted = place.query.get('chain') ?? '';
  const candidates = leaf ? candidatesOf(leaf, domains.data?.list ?? [], certs.data?.CertList ?? []) : [];
  const [chosen, setChosen] = useState<string>();
  const [sent, setSent] = useState<Parameters<typeof Outcome>[0]['sent']>();
  const preselected = wanted || (candidates[0]?.isWhole ? candidates[0].chain : '');
  const name = leaf?.certificate.names[0] ?? leaf?.certificate.commonName ?? '';
  const isLoaded = domains.data !== undefined || domains.problem !== undefined;
  const target = leaf && isLoaded ? { chain: chosen ?? preselected, name } : undefined;
  const { plan, problem } = usePlan(target, files);
  if (!mayCall('CreateCert')) return <><h1>{t('upload')}</h1><Note kind="info" title={t('readOnly')} /></>;
  if (sent) return <Outcome sent={sent} again={() => { setSent(undefined); clear(); }} />;
  return (
    <>
      <h1>{t('upload')}</h1>
      <DropZone add={(list) => void add(list)} isSmall={files.length > 0} />
      <FileList files={files} remove={remove} />
      {problem && <Failed problem={problem} />}
      <div className="lc-columns">
        <Recognised files={files} plan={plan} />
        {target && leaf && (
          <What leaf={leaf} files={files} plan={plan} target={target} candidates={candidates} wanted={wanted}
            domains={domains.data?.list ?? []} choose={setChosen} onSent={setSent} />
        )}
      </div>
    </>
  );
}
