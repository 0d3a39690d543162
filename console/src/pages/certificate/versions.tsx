// The versions of a certificate: what each was, what differs, and the way back with Undo.
import { useEffect, useState } from 'react';
import { call, Problem } from '../../api/call';
import { serverNow } from '../../api/clock';
import { useRead } from '../../api/read';
import { mayCall } from '../../api/session';
import type { CertDetail, Version } from '../../api/types';
import { type Place, setQuery } from '../../app/router';
import type { Seen } from '../../secret/files';
import { t } from '../../text';
import { exact, momentOf, toTime } from '../../text/when';
import { chainOf } from '../../ui/chain';
import { NameList } from '../../ui/impact';
import { Button, Code, Failed, Note, Panel, Waiting, When } from '../../ui/kit';
import { Lifetime } from '../../ui/lifetime';
import { Shape } from '../../ui/state';
import type { Writing } from '../../ui/write';
import { type Difference, differencesOf, type Fact, uncoveredBy, type Value } from './difference';

function useVersion(certId: string): { chain: Seen[] | undefined; problem: Problem | undefined } {
  const [read, setRead] = useState<{ certId: string; chain?: Seen[]; problem?: Problem }>({ certId });
  useEffect(() => {
    let isWanted = true;
    call<CertDetail>('DescribeCertDetailSecretV2', { CertID: certId }).then(({ SSL }) => chainOf(SSL.Chain)).then(
      (chain) => isWanted && setRead({ certId, chain }),
      (error: unknown) => isWanted && setRead({ certId, problem: error instanceof Problem ? error : new Problem('NoAnswer', '') }),
    );
    return () => {
      isWanted = false;
    };
  }, [certId]);
  return read.certId === certId ? { chain: read.chain, problem: read.problem } : { chain: undefined, problem: undefined };
}

const isTime = (fact: Fact) => fact === 'begins' || fact === 'ends';

function Values({ fact, values }: { fact: Fact; values: Value[] }) {
  return (
    <ul>
      {values.map(({ text, isOnlyHere }) => (
        <li key={text} className={isOnlyHere ? 'lc-only-here' : ''}>
          {isTime(fact) ? <span title={exact(Number(text))}>{momentOf(Number(text))}</span> : <span translate="no">{text}</span>}
          {isOnlyHere && <span className="lc-hidden"> {t('compare.onlyHere')}</span>}
        </li>
      ))}
    </ul>
  );
}

function Differences({ list }: { list: Difference[] }) {
  return (
    <table className="lc-differences">
      <thead><tr><th scope="col">{t('compare.fact')}</th><th scope="col">{t('versions.earlier')}</th><th scope="col">{t('versions.current')}</th></tr></thead>
      <tbody>
        {list.map(({ fact, isSame, earlier, later }) => (
          <tr key={fact} className={isSame ? 'lc-same' : ''}>
            <th scope="row">{t(`compare.${fact}`)}</th>
            {isSame
              ? <td colSpan={2}><span className="lc-quiet">{t('compare.same')}</span> <Values fact={fact} values={later} /></td>
              : <><td><span className="lc-side">{t('versions.earlier')}</span><Values fact={fact} values={earlier} /></td><td><span className="lc-side">{t('versions.current')}</span><Values fact={fact} values={later} /></td></>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

// Below the versions, where a press would otherwise seem to do nothing.
const bring = (box: HTMLElement | null): void => box?.scrollIntoView({ block: 'nearest' });

interface CompareProps {
  earlier: Version;
  current: Version;
  domains: string[];
  rollBack: () => void;
  isBusy: boolean;
  close: () => void;
}

function Compare({ earlier, current, domains, rollBack, isBusy, close }: CompareProps) {
  const [before, after] = [useVersion(earlier.CertID), useVersion(current.CertID)];
  const problem = before.problem ?? after.problem;
  if (problem) return <Failed problem={problem} />;
  if (!before.chain || !after.chain) return <Waiting />;
  const lost = uncoveredBy(before.chain, domains).filter((host) => !uncoveredBy(after.chain ?? [], [host]).length);
  const hasEnded = toTime(earlier.EndsAt) <= serverNow();
  return (
    <div className="lc-compare" role="group" aria-label={t('compare.title')} ref={bring}>
      <h3>{t('compare.title')}</h3>
      <Differences list={differencesOf(before.chain, after.chain)} />
      {hasEnded && <Note kind="warning" title={t('compare.ended')} />}
      {lost.length > 0 && <Note kind="warning" title={t('compare.lost', { n: lost.length })}><NameList names={lost} /></Note>}
      <div className="lc-actions">
        {mayCall('RollbackCert') && <Button variant="primary" isDisabled={isBusy} onClick={rollBack}>{t('compare.rollBack')}</Button>}
        <Button variant="link" onClick={close}>{t('close')}</Button>
      </div>
    </div>
  );
}

interface RowProps {
  version: Version;
  canCompare: boolean;
  isCompared: boolean;
  compare: () => void;
  rollBack: () => void;
  isBusy: boolean;
}

function Row({ version, canCompare, isCompared, compare, rollBack, isBusy }: RowProps) {
  return (
    <li>
      <Shape mark={version.Current ? 'shown' : toTime(version.EndsAt) < serverNow() ? 'failing' : 'nothing'} />
      <div>
        <p>{version.Current ? <strong>{t('versions.current')}</strong> : t('versions.earlier')} <Code text={version.Fingerprint} short={16} /></p>
        <Lifetime notBefore={version.NotBefore} notAfter={version.EndsAt} />
        <p className="lc-quiet">{t('versions.by')} <span translate="no">{version.CreatedBy.slice(0, 12)}… {version.CreatedFrom}</span> · <When at={toTime(version.CreateTime)} /></p>
      </div>
      {canCompare && <Button variant="secondary" isDisabled={isCompared} onClick={compare}>{t('compare')}</Button>}
      {!version.Current && mayCall('RollbackCert') && <Button variant="secondary" isDisabled={isBusy} onClick={rollBack}>{t('versions.rollBack')}</Button>}
    </li>
  );
}

interface Props {
  chain: string;
  domains: string[];
  place: Place;
  write: Writing;
}

export function Versions({ chain, domains, place, write }: Props) {
  const versions = useRead<{ VersionList: Version[] }>('ListCertVersions', { ChainID: chain });
  const list = versions.data?.VersionList ?? [];
  const current = list.find((version) => version.Current);
  const compared = list.find((version) => version.CertID === place.query.get('compare') && !version.Current);
  const rollBack = ({ CertID }: Version) => write.run(async () => {
    await call('RollbackCert', { ChainID: chain, CertID });
    setQuery(place, { compare: '' });
    const undo = current && (() => call('RollbackCert', { ChainID: chain, CertID: current.CertID }));
    return { text: t('versions.rolledBack'), ...(undo ? { undo } : {}) };
  });
  return (
    <Panel title={t('versions')}>
      {versions.problem && <Failed problem={versions.problem} />}
      <ul className="lc-rows">
        {list.map((version) => (
          <Row key={version.CertID} version={version} canCompare={!version.Current && current !== undefined} isCompared={version === compared}
            compare={() => setQuery(place, { compare: version.CertID })} rollBack={() => rollBack(version)} isBusy={write.isBusy} />
        ))}
      </ul>
      {compared && current && (
        <Compare earlier={compared} current={current} domains={domains} rollBack={() => rollBack(compared)} isBusy={write.isBusy}
          close={() => setQuery(place, { compare: '' })} />
      )}
    </Panel>
  );
}
