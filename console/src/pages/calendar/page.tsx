import { serverNow } from '../../api/clock';
import { useAll } from '../../api/read';
import type { Domain } from '../../api/types';
import { type Place, to } from '../../app/router';
import { endsCsv } from '../../export/csv';
import { iCalendar } from '../../export/icalendar';
import { save } from '../../export/save';
import { locale, t } from '../../text';
import { dateOf } from '../../text/when';
import { AsCommand } from '../../ui/command';
import { Button, Empty, Failed, Waiting } from '../../ui/kit';
import { Lifetime } from '../../ui/lifetime';
import { type End, endsOf, weeksOf } from './model';

function Entry({ end }: { end: End }) {
  return (
    <a className={`lc-end ${end.at < serverNow() ? 'lc-ended' : ''}`} href={to(['certificates', end.chain])}>
      <span translate="no">{end.name}</span> <span className="lc-quiet">{t('calendar.domains', { n: end.domains.length })}</span>
    </a>
  );
}

function Month({ year, month, ends }: { year: number; month: number; ends: End[] }) {
  const weekday = new Intl.DateTimeFormat(locale(), { weekday: 'short', timeZone: 'UTC' });
  const today = new Date(serverNow());
  const isToday = (date: number) => today.getFullYear() === year && today.getMonth() === month - 1 && today.getDate() === date;
  return (
    <table className="lc-month">
      <caption className="lc-hidden">{t('nav.calendar')}</caption>
      <thead><tr>{[...Array(7).keys()].map((i) => <th key={i} scope="col">{weekday.format(Date.UTC(2024, 0, 1 + i))}</th>)}</tr></thead>
      <tbody>
        {weeksOf(year, month).map((week, i) => (
          <tr key={i}>
            {week.map((date, j) => (
              <td key={j} aria-current={isToday(date) ? 'date' : undefined} className={date > 0 ? '' : 'lc-other-month'}>
                {date > 0 && <span className="lc-day">{date}</span>}
                {ends.filter((end) => new Date(end.at).getDate() === date).map((end) => <Entry key={end.chain} end={end} />)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

// A phone has no room for a grid: a list by day, with what the grid has no room for.
function List({ ends }: { ends: End[] }) {
  return (
    <ul className="lc-month-list">
      {ends.map((end) => (
        <li key={end.chain}>
          <p className="lc-quiet"><time dateTime={new Date(end.at).toISOString()}>{dateOf(end.at)}</time></p>
          <Entry end={end} />
          <Lifetime notBefore={new Date(end.from).toISOString()} notAfter={new Date(end.at).toISOString()} />
        </li>
      ))}
    </ul>
  );
}

const monthOf = (time: Date): string => `${time.getFullYear()}-${time.getMonth() + 1}`;

// The month of the address; of none, or of nonsense, the present one.
function wanted(text: string | null): [year: number, month: number] {
  const found = /^(\d{4})-(\d{1,2})$/.exec(text ?? '');
  const [year, month] = found ? [Number(found[1]), Number(found[2])] : [0, 0];
  const now = new Date(serverNow());
  return year > 0 && month >= 1 && month <= 12 ? [year, month] : [now.getFullYear(), now.getMonth() + 1];
}

function Exports({ ends }: { ends: End[] }) {
  if (ends.length === 0) return null;
  const words = {
    title: ({ name }: End) => t('calendar.event', { name }),
    description: ({ domains, chain }: End) => t('calendar.eventWhat', { domains: domains.join(', '), chain }),
  };
  return (
    <div className="lc-actions">
      <Button variant="secondary" onClick={() => save('livecert-ends.ics', 'text/calendar', iCalendar(ends, serverNow(), words))}>{t('export.calendar')}</Button>
      <Button variant="secondary" onClick={() => save('ends.csv', 'text/csv', endsCsv(ends))}>{t('export.csv')}</Button>
    </div>
  );
}

export function CalendarPage({ place }: { place: Place }) {
  const read = useAll<Domain>('ListDomains', {}, 'DomainList');
  const [year, month] = wanted(place.query.get('month'));
  const other = (by: number) => to(['calendar'], { month: monthOf(new Date(year, month - 1 + by, 1)) });
  const all = endsOf(read.data?.list ?? []);
  const ends = all.filter(({ at }) => new Date(at).getFullYear() === year && new Date(at).getMonth() === month - 1);
  const next = all.find(({ at }) => at >= new Date(year, month, 1).getTime());
  return (
    <>
      <h1>{t('nav.calendar')}</h1>
      <div className="lc-toolbar">
        <nav className="lc-pages" aria-label={t('calendar.months')}>
          <a className="lc-button" href={other(-1)} aria-label={t('calendar.before')}>‹</a>
          <h2>{new Intl.DateTimeFormat(locale(), { year: 'numeric', month: 'long' }).format(new Date(year, month - 1, 1))}</h2>
          <a className="lc-button" href={other(1)} aria-label={t('calendar.after')}>›</a>
        </nav>
        <span className="lc-gap" />
        <Exports ends={all} />
      </div>
      {read.problem && <Failed problem={read.problem} at={read.at} />}
      {!read.data && !read.problem && <Waiting rows={6} />}
      {read.data && <Month year={year} month={month} ends={ends} />}
      {read.data && <List ends={ends} />}
      {read.data && ends.length === 0 && (
        <Empty title={t('calendar.none')}>
          {next && <p>{t('calendar.next')} <a href={to(['calendar'], { month: monthOf(new Date(next.at)) })}>{dateOf(next.at)}</a></p>}
        </Empty>
      )}
      {ends.some(({ at }) => at < serverNow()) && <p className="lc-quiet">{t('calendar.past')}</p>}
      <AsCommand lines={['livecert cert list --bound', 'livecert cert list --expiring 30d']} reads={[['ListDomains', { PageNum: 1, PageSize: 1000 }]]} />
    </>
  );
}
