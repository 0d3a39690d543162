import { mayCall } from '../../api/session';
import { serverNow } from '../../api/clock';
import { useAll, useRead } from '../../api/read';
import type { Cert, Domain, Edge } from '../../api/types';
import { to } from '../../app/router';
import { t } from '../../text';
import { left, toTime } from '../../text/when';
import { Cliff } from '../../ui/cliff';
import { AsCommand, type Call } from '../../ui/command';
import { Failed, Panel, Waiting, When } from '../../ui/kit';
import { LookAgain, useLooking } from '../../ui/look';
import { Shape, State, type Mark } from '../../ui/state';
import { History } from '../audit/history';
import { curveOf, type Judged, type Sentence, summarise, wasEverShown } from './model';
import { remedyOf } from './remedy';

const marks: Record<Sentence['form'], Mark> = { all: 'shown', soon: 'soon', broken: 'failing', unknown: 'nothing', none: 'nothing' };

function words({ form, total, shown, broken, attention }: Sentence): string {
  if (form === 'broken') {
    const names = broken.slice(0, 3).map(({ domain }) => domain.Domain).join(t('list.comma'));
    return t('health.broken', { k: broken.length, n: total, names: broken.length > 3 ? t('list.andMore', { names }) : names });
  }
  if (form === 'unknown') return shown === 0 ? t('health.unknown', { n: total }) : t('health.partly', { k: shown, n: total, m: total - shown });
  return form === 'soon' ? t('health.soon', { n: total, k: attention.length }) : t('health.all', { n: total });
}

function Headline({ sentence }: { sentence: Sentence }) {
  const { next, lookedAt } = sentence;
  return (
    <div className="lc-headline">
      <Shape mark={marks[sentence.form]} size={28} />
      <div>
        <h1 aria-live="polite">{words(sentence)}</h1>
        <p className="lc-quiet">
          {next && <>{t('health.next')} <a href={to(['domains', next.Domain])} translate="no">{next.Domain}</a>{t('list.then')}<When at={toTime(next.EndsAt)}>{left(toTime(next.EndsAt))}</When></>}
          {next && lookedAt > 0 && ' · '}
          {lookedAt > 0 && <>{t('health.looked')} <When at={lookedAt} /></>}
        </p>
      </div>
    </div>
  );
}

function reason({ trouble, edge, domain }: Judged): string {
  const days = domain.EndsAt ? left(toTime(domain.EndsAt)) : '';
  return t(`trouble.${trouble!}`, { edge: edge?.Edge ?? '', left: days });
}

const wordsOf = ({ trouble, domain }: Judged) => {
  const { lines, writes } = remedyOf(trouble!, domain);
  return { lines, writes };
};

function Act({ item: { trouble, domain } }: { item: Judged }) {
  const looking = useLooking(domain.Domain);
  const { kind, needs, address } = remedyOf(trouble!, domain);
  if (!mayCall(needs)) return null;
  if (kind === 'look') return <LookAgain looking={looking} domain={domain} />;
  return <a className="lc-button" href={address}>{kind === 'edge' ? t('edges.connect') : t('replace')}</a>;
}

function Attention({ items }: { items: Judged[] }) {
  if (items.length === 0) return null;
  return (
    <Panel title={t('attention', { n: items.length })} className="lc-attention">
      <ul className="lc-rows">
        {items.slice(0, 20).map((item) => {
          const { domain, edge, health } = item;
          const since = toTime(edge?.FailingSince ?? '');
          return (
            <li key={domain.Domain}>
              <Shape mark={health === 'not-valid' ? 'failing' : item.trouble === 'no-edge' ? 'nothing' : 'soon'} />
              <div>
                <p><a href={to(['domains', domain.Domain])} translate="no">{domain.Domain}</a></p>
                <p>{reason(item)}{since > 0 && <span className="lc-quiet"> · {t('since')} <When at={since} /></span>}</p>
                {edge?.Failure && <p className="lc-quiet">{edge.Failure}</p>}
                <AsCommand title={t('remedy.as')} {...wordsOf(item)} />
              </div>
              <Act item={item} />
            </li>
          );
        })}
      </ul>
      {items.length > 20 && <p className="lc-quiet">{t('list.first', { k: 20, n: items.length })}</p>}
    </Panel>
  );
}

function Evening({ edges, certs, domains, shown }: { edges: number; certs: number; domains: Domain[]; shown: number }) {
  const steps = [
    { is: edges > 0, key: 'evening.edge', link: to(['edges', 'new']) },
    { is: certs > 0, key: 'evening.upload', link: to(['upload']) },
    { is: domains.some(({ ChainID }) => ChainID), key: 'evening.domain', link: to(['domains']) },
    { is: shown > 0, key: 'evening.shown', link: to(['domains']) },
  ] as const;
  return (
    <Panel title={t('evening.title')}>
      <ol className="lc-evening">
        {steps.map(({ is, key, link }) => (
          <li key={key}>
            <State mark={is ? 'shown' : 'nothing'}>{is ? t(key) : <a href={link}>{t(key)}</a>}</State>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Edges({ edges }: { edges: Edge[] }) {
  return (
    <Panel title={t('nav.edges')}>
      {edges.length === 0 && <p className="lc-quiet">{t('edges.none')}</p>}
      <ul className="lc-rows">
        {[...edges].sort((a, b) => b.Failing - a.Failing).map((edge) => (
          <li key={edge.Name}>
            <Shape mark={edge.Failing > 0 || edge.Failure ? 'failing' : edge.Proved === edge.Wanted ? 'shown' : 'going'} />
            <div>
              <p><a href={to(['edges'])} translate="no">{edge.Name}</a> <span className="lc-quiet" translate="no">{edge.Kind}</span></p>
              {edge.Trouble && <p className="lc-quiet">{edge.Trouble}</p>}
            </div>
            <span className="lc-number">{t('edges.proved', { k: edge.Proved, n: edge.Wanted })}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function OverviewPage() {
  const domains = useAll<Domain>('ListDomains', {}, 'DomainList');
  const edges = useRead<{ EdgeList: Edge[] }>('ListEdges', mayCall('ListEdges') ? {} : null);
  const certs = useRead<{ Total: number; CertList: Cert[] }>('ListCerts', { PageNum: 1, PageSize: 1 });
  if (!domains.data) return domains.problem ? <Failed problem={domains.problem} /> : <Waiting rows={8} />;
  const now = serverNow();
  const sentence = summarise(domains.data.list, now);
  const days = innerWidth < 768 ? 30 : 90;
  const list = edges.data?.EdgeList ?? [];
  return (
    <>
      {domains.problem && <Failed problem={domains.problem} at={domains.at} />}
      {sentence.form === 'none' ? <h1>{t('health.none')}</h1> : <Headline sentence={sentence} />}
      {domains.data.total > domains.data.list.length && <p className="lc-quiet">{t('list.first', { k: domains.data.list.length, n: domains.data.total })}</p>}
      {(sentence.form === 'none' || (sentence.shown === 0 && !wasEverShown(domains.data.list))) && (
        <Evening edges={list.length} certs={certs.data?.Total ?? 0} domains={domains.data.list} shown={sentence.shown} />
      )}
      <Attention items={sentence.attention} />
      <div className="lc-columns">
        {sentence.total > 0 && (
          <Panel title={t('cliff.title')} className="lc-wide">
            <Cliff curve={curveOf(domains.data.list, now, days)} />
            <p className="lc-quiet"><a href={to(['calendar'])}>{t('cliff.more')}</a></p>
          </Panel>
        )}
        {mayCall('ListEdges') && <div className="lc-stack"><Edges edges={list} /><History title={t('audit.recent')} count={4} /></div>}
      </div>
      <AsCommand lines={['livecert domain list', 'livecert cert list --expiring 30d', ...(mayCall('ListEdges') ? ['livecert edge status'] : [])]}
        reads={[['ListDomains', { PageNum: 1, PageSize: 1000 }], ...(mayCall('ListEdges') ? [['ListEdges', {}] satisfies Call] : [])]} />
    </>
  );
}
