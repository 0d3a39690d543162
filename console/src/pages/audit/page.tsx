// Who did what, from where and when.
import { call } from '../../api/call';
import { serverNow } from '../../api/clock';
import { useLast, useRead } from '../../api/read';
import { mayCall } from '../../api/session';
import type { AuditRecord } from '../../api/types';
import { go, type Place, to } from '../../app/router';
import { auditCsv } from '../../export/csv';
import { save } from '../../export/save';
import { t } from '../../text';
import { toTime } from '../../text/when';
import { AsCommand } from '../../ui/command';
import { Choice, ClearFilters, TextFilter, Toolbar, useSettled } from '../../ui/filters';
import { Button, Code, Empty, Failed, Note, Waiting, When } from '../../ui/kit';
import { Table } from '../../ui/table';
import { useWrite } from '../../ui/write';
import { commandOf, filters, membersOf } from './model';
import { Subject, What, Who } from './record';

interface Page {
  AuditList: AuditRecord[];
  Next: number;
  More: boolean;
}

const mostExported = 20_000;

// All that fit, the newest first; the service looks at so many records in one call that a page may be short.
async function readRecords(members: Record<string, string | number>): Promise<AuditRecord[]> {
  const all: AuditRecord[] = [];
  let before = members['Before'];
  for (;;) {
    const page = await call<Page>('ListAudit', { ...members, ...(before ? { Before: before } : {}), PageSize: 1000 });
    all.push(...page.AuditList);
    if (!page.More || all.length >= mostExported) return all;
    before = page.Next;
  }
}

function Filters({ place }: { place: Place }) {
  return (
    <>
      <TextFilter place={place} name="subject" label={t('audit.subject')} isSearch />
      <Choice place={place} name="kind" label={t('audit.kind')} choices={[['', t('audit.kind.all')], ['write', t('audit.kind.write')], ['refusal', t('audit.kind.refusal')], ['opening', t('audit.kind.opening')], ['sign-in', t('audit.kind.sign-in')]]} />
      <TextFilter place={place} name="action" label={t('audit.action')} />
      <TextFilter place={place} name="key" label={t('audit.key')} />
      <TextFilter place={place} name="address" label={t('audit.address')} />
      <Choice place={place} name="since" label={t('audit.since')} choices={[['', t('audit.ever')], ['1d', t('audit.day')], ['7d', t('audit.week')], ['30d', t('audit.month')]]} />
    </>
  );
}

export function AuditPage({ place }: { place: Place }) {
  const settled = new URLSearchParams(useSettled(place.query.toString()));
  const members = membersOf(settled, serverNow());
  const read = useLast(useRead<Page>('ListAudit', mayCall('ListAudit') ? members : null));
  const write = useWrite();
  if (!mayCall('ListAudit')) return <><h1>{t('nav.audit')}</h1><Note kind="info" title={t('audit.rootOnly')} /></>;
  const list = read.data?.AuditList ?? [];
  const isFiltered = filters.some((name) => place.query.get(name));
  const kept = Object.fromEntries([...place.query].filter(([name]) => name !== 'before'));
  const older = read.data?.More ? String(read.data.Next) : '';
  const exportAll = () => write.run(async () => {
    const records = await readRecords(members);
    save('audit.csv', 'text/csv', auditCsv(records));
    return { text: t('export.done', { n: records.length }) };
  });
  return (
    <>
      <h1>{t('nav.audit')}</h1>
      <Toolbar>
        <Filters place={place} />
        <ClearFilters place={place} filters={filters} />
        <span className="lc-gap" />
        {list.length > 0 && <Button variant="secondary" isDisabled={write.isBusy} onClick={exportAll}>{t('export.csv')}</Button>}
      </Toolbar>
      {write.outcome}
      {read.problem && <Failed problem={read.problem} at={read.at} />}
      {!read.data && !read.problem && <Waiting rows={8} />}
      {read.data && list.length === 0 && (
        <Empty title={isFiltered ? t('audit.noneFits') : t('audit.none')}>{older && <p>{t('audit.further')}</p>}<ClearFilters place={place} filters={filters} /></Empty>
      )}
      {list.length > 0 && (
        <Table label={t('nav.audit')} rows={list} keyOf={(record) => String(record.Position)} columns={[
          { title: t('audit.when'), cell: (record) => <span className="lc-whole"><When at={toTime(record.Time)} /></span> },
          { title: t('audit.what'), cell: (record) => <What record={record} /> },
          { title: t('audit.subject'), cell: (record) => <Subject record={record} /> },
          { title: t('audit.who'), cell: (record) => <Who record={record} /> },
          { title: t('audit.address'), cell: (record) => <span translate="no">{record.PeerAddress || '–'}</span> },
          { title: t('problem.requestId'), cell: (record) => record.RequestId ? <Code text={record.RequestId} short={10} /> : '–' },
        ]} />
      )}
      <nav className="lc-pages" aria-label={t('pages')}>
        {place.query.get('before') && <a className="lc-button" href={to(['audit'], kept)}>{t('audit.newest')}</a>}
        {older && <Button variant="secondary" onClick={() => go(to(['audit'], { ...kept, before: older }))}>{t('audit.older')}</Button>}
      </nav>
      <AsCommand lines={[commandOf(settled)]} reads={[['ListAudit', members]]} />
    </>
  );
}
