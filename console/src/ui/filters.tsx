import type { ReactNode } from 'react';
import { type Place, setQuery } from '../app/router';
import { t } from '../text';
import { Button } from './kit';

interface SearchProps {
  place: Place;
  label: string;
}

export const Search = ({ place, label }: SearchProps) => (
  <input type="search" aria-label={label} placeholder={label} defaultValue={place.query.get('q') ?? ''}
    onChange={(event) => setQuery(place, { q: event.target.value, page: '' })} />
);

interface ChoiceProps {
  place: Place;
  name: string;
  label: string;
  choices: [value: string, text: string][];
}

export const Choice = ({ place, name, label, choices }: ChoiceProps) => (
  <select aria-label={label} value={place.query.get(name) ?? ''} onChange={(event) => setQuery(place, { [name]: event.target.value, page: '' })}>
    {choices.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
  </select>
);

interface PagesProps {
  place: Place;
  total: number;
  size: number;
}

export function Pages({ place, total, size }: PagesProps) {
  const page = Number(place.query.get('page') ?? 1);
  const last = Math.max(1, Math.ceil(total / size));
  if (last === 1) return null;
  const turn = (to: number) => () => setQuery(place, { page: String(to) });
  return (
    <nav className="lc-pages" aria-label={t('pages')}>
      <Button variant="secondary" isDisabled={page <= 1} onClick={turn(page - 1)}>{t('pages.before')}</Button>
      <span>{t('pages.where', { from: (page - 1) * size + 1, to: Math.min(page * size, total), n: total })}</span>
      <Button variant="secondary" isDisabled={page >= last} onClick={turn(page + 1)}>{t('pages.next')}</Button>
    </nav>
  );
}

export const Toolbar = ({ children }: { children: ReactNode }) => <div className="lc-toolbar">{children}</div>;
