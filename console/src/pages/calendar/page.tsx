import { serverNow } from '../../api/clock';
import { useAll } from '../../api/read';
import type { Domain } from '../../api/types';
import { type Place, to } from '../../app/router';
import { locale, t } from '../../text';
import { dateOf, toTime } from '../../text/when';
import { Empty, Failed, Waiting } from '../../ui/kit';
import { type End, endsOf, weeksOf } from './model';

function Entry({ end }: { end: End }) {
  return (
    <a className="lc-end" href={to(['certificates', end.chain])}>
      <span translate="no">{end.name}</span> <span className="lc-quiet">{t('calendar.domains', { n: end.domains })}</span>
    </a>
  );
}

function Month({ year, month, ends }: { year: number; month: number; ends: End[] }) {
  const weekday = new Intl.DateTimeFormat(locale(), { weekday: 'short', timeZone: 'UTC' });
  return (
    <table className="lc-month">
      <caption className="lc-hidden">{t('nav.calendar')}</caption>
      <thead><tr>{[...Array(7).keys()].map((i) => <th key={i} scope="col">{weekday.format(Date.UTC(2024, 0, 1 + i))}</th>)}</tr></thead>
      <tbody>
        {weeksOf(year, month).map((week, i) => (
          <tr key={i}>
            {week.map((date, j) => (
              <td key={j}>
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

export function CalendarPage({ place }: { place: Place }) {
  const read = useAll<Domain>('ListDomains', {}, 'DomainList');
  const now = new Date(serverNow());
  const [year = now.getFullYear(), month = now.getMonth() + 1] = (place.query.get('month') ?? '').split('-').filter(Boolean).map(Number);
  const first = new Date(year, month - 1, 1);
  const other = (by: number) => {
    const then = new Date(year, month - 1 + by, 1);
    return to(['calendar'], { month: `${then.getFullYear()}-${then.getMonth() + 1}` });
  };
  const all = endsOf(read.data?.list ?? []);
  const ends = all.filter(({ at }) => new Date(at).getFullYear() === year && new Date(at).getMonth() === month - 1);
  const next = all.find(({ at }) => at >= new Date(year, month, 1).getTime());
  return (
    <>
      <h1>{t('nav.calendar')}</h1>
      <nav className="lc-pages" aria-label={t('calendar.months')}>
        <a className="lc-button" href={other(-1)} aria-label={t('calendar.before')}>‹</a>
        <h2>{new Intl.DateTimeFormat(locale(), { year: 'numeric', month: 'long' }).format(first)}</h2>
        <a className="lc-button" href={other(1)} aria-label={t('calendar.after')}>›</a>
      </nav>
      {read.problem && <Failed problem={read.problem} at={read.at} />}
      {!read.data && !read.problem && <Waiting rows={6} />}
      {read.data && <Month year={year} month={month} ends={ends} />}
      {read.data && (
        <ul className="lc-month-list">
          {ends.map((end) => <li key={end.chain}><time dateTime={new Date(end.at).toISOString()}>{dateOf(end.at)}</time> <Entry end={end} /></li>)}
        </ul>
      )}
      {read.data && ends.length === 0 && (
        <Empty title={t('calendar.none')}>
          {next && <p>{t('calendar.next')} <a href={to(['calendar'], { month: `${new Date(next.at).getFullYear()}-${new Date(next.at).getMonth() + 1}` })}>{dateOf(next.at)}</a></p>}
        </Empty>
      )}
      {ends.some(({ at }) => at < toTime(new Date().toISOString())) && <p className="lc-quiet">{t('calendar.past')}</p>}
    </>
  );
}
