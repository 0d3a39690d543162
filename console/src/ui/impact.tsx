// What stops working, said before it is done.
import type { Domain } from '../api/types';
import type { Impact } from '../pages/domains/plan';
import { t } from '../text';
import { Note } from './kit';

export function NameList({ names }: { names: string[] }) {
  return (
    <p>
      <span translate="no">{names.slice(0, 12).join(', ')}</span>
      {names.length > 12 && ` ${t('list.more', { n: names.length - 12 })}`}
    </p>
  );
}

export const hosts = (domains: readonly Domain[]): string[] => domains.map(({ Domain: host }) => host);

export function Stops({ impact }: { impact: Impact }) {
  if (impact.domains.length === 0) return <p>{t('stops.nothing')}</p>;
  return (
    <Note kind="warning" title={t('stops', { n: impact.domains.length })}>
      <NameList names={hosts(impact.domains)} />
      <p>{t('stops.edges')} <span translate="no">{impact.edges.join(', ')}</span></p>
    </Note>
  );
}
