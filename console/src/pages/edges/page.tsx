import { useState } from 'react';
import { call } from '../../api/call';
import { useAll, useRead } from '../../api/read';
import { mayCall } from '../../api/session';
import type { Domain, Edge } from '../../api/types';
import { to } from '../../app/router';
import { t } from '../../text';
import { toTime } from '../../text/when';
import { AsCommand } from '../../ui/command';
import { Button, Empty, Failed, Note, Tag, Waiting, When } from '../../ui/kit';
import { hosts, NameList } from '../../ui/impact';
import { State } from '../../ui/state';
import { Table } from '../../ui/table';
import { Confirm, useWrite } from '../../ui/write';

const markOf = (edge: Edge) => (edge.Failure || edge.Failing > 0 ? 'failing' : edge.Wanted === 0 ? 'nothing' : edge.Proved === edge.Wanted ? 'shown' : 'going');

function takes({ Domains, Projects, Accounts }: Edge): string {
  const all = [...Domains, ...Projects, ...Accounts];
  return all.length === 0 ? t('edges.takesAll') : all.join(', ');
}

// What no longer gets a new certificate there.
function Stops({ edge }: { edge: string }) {
  const read = useAll<Domain>('ListDomains', {}, 'DomainList');
  if (!read.data) return <Waiting rows={2} />;
  const served = read.data.list.filter(({ Ordered, Edges }) => Ordered && Edges.some(({ Edge }) => Edge === edge));
  if (served.length === 0) return <p>{t('edges.removeNothing')}</p>;
  return <Note kind="warning" title={t('edges.removeStops', { n: served.length })}><NameList names={hosts(served)} /></Note>;
}

export function EdgesPage() {
  const read = useRead<{ EdgeList: Edge[] }>('ListEdges', mayCall('ListEdges') ? {} : null);
  const [removing, setRemoving] = useState<string>();
  const write = useWrite();
  const list = [...(read.data?.EdgeList ?? [])].sort((a, b) => b.Failing - a.Failing || a.Name.localeCompare(b.Name));
  return (
    <>
      <div className="lc-title"><h1>{t('nav.edges')}</h1></div>
      <div className="lc-actions">{mayCall('CreateEdge') && <a className="lc-button lc-primary" href={to(['edges', 'new'])}>{t('edges.connect')}</a>}</div>
      {write.outcome}
      {read.problem && <Failed problem={read.problem} at={read.at} />}
      {!read.data && !read.problem && <Waiting rows={4} />}
      {read.data && list.length === 0 && <Empty title={t('edges.none')}><p>{t('edges.how')}</p></Empty>}
      {list.length > 0 && (
        <Table label={t('nav.edges')} rows={list} keyOf={(edge) => edge.Name} columns={[
          { title: t('edges.name'), cell: (edge) => <State mark={markOf(edge)}><strong translate="no">{edge.Name}</strong> <Tag><span translate="no">{edge.Kind}</span></Tag></State> },
          { title: t('edges.listens'), cell: (edge) => edge.Listen ? <span translate="no">{edge.Listen}</span> : <span className="lc-quiet">{t('edges.noListen')}</span> },
          { title: t('edges.takes'), cell: (edge) => <span translate="no">{takes(edge)}</span> },
          { title: t('domains.shown'), cell: (edge) => <span>{t('edges.proved', { k: edge.Proved, n: edge.Wanted })}{toTime(edge.ProvedAt) > 0 && <span className="lc-quiet"> · <When at={toTime(edge.ProvedAt)} /></span>}</span> },
          { title: t('edges.trouble'), cell: (edge) => edge.Trouble || '–' },
          { title: t('edges.origin'), cell: (edge) => edge.Origin === 'added' && mayCall('DeleteEdge')
            ? <Button variant="link" isDanger isInline onClick={() => setRemoving(edge.Name)}>{t('edges.remove')}</Button>
            : <span className="lc-quiet">{t(edge.Origin === 'added' ? 'edges.added' : 'edges.configured')}</span> },
        ]} />
      )}
      <AsCommand lines={['livecert edge status', '# livecert edge delete NAME']} reads={mayCall('ListEdges') ? [['ListEdges', {}]] : []} />
      {removing && (
        <Confirm title={t('edges.removeTitle')} button={t('edges.remove')} name={removing} onClose={() => setRemoving(undefined)} onConfirm={() => {
          setRemoving(undefined);
          write.run(async () => {
            await call('DeleteEdge', { Name: removing });
            return { text: t('edges.removed', { name: removing }) };
          });
        }}>
          <Stops edge={removing} />
          <p>{t('edges.removeWhat')}</p>
        </Confirm>
      )}
    </>
  );
}
