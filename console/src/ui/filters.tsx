// The filters of a list. They live in the address, so that reload, back and a link that somebody sends keep them.
import { type ReactNode, useEffect, useState } from 'react';
import { go, type Place, setQuery, to } from '../app/router';
import { t } from '../text';
import { Button } from './kit';

interface SearchProps {
  place: Place;
  label: string;
}

export const Search = ({ place, label }: SearchProps) => (
  <input type="search" aria-label={label} placeholder={label} value={place.query.get('q') ?? ''} aria-keyshortcuts="/"
    onChange={(event) => setQuery(place, { q: event.target.value, page: '' })} />
);

interface TextProps extends SearchProps {
  name: string;
  isSearch?: boolean; // the one that / leads to
}

export const TextFilter = ({ place, name, label, isSearch = false }: TextProps) => (
  <input type={isSearch ? 'search' : 'text'} aria-label={label} placeholder={label} value={place.query.get(name) ?? ''} spellCheck={false} autoComplete="off"
    {...(isSearch ? { 'aria-keyshortcuts': '/' } : {})} onChange={(event) => setQuery(place, { [name]: event.target.value, before: '' })} />
);

export type Choices = [value: string, text: string][];

interface ChoiceProps {
  place: Place;
  name: string;
  label: string;
  choices: Choices;
  className?: string;
}

// A value that the address has and the list does not, such as a project that is gone, stays to be seen and to be changed.
export function Choice({ place, name, label, choices, className }: ChoiceProps) {
  const value = place.query.get(name) ?? '';
  const isKnown = choices.some(([known]) => known === value);
  return (
    <select aria-label={label} value={value} className={className} onChange={(event) => setQuery(place, { [name]: event.target.value, page: '', before: '' })}>
      {choices.map(([known, text]) => <option key={known} value={known}>{text}</option>)}
      {!isKnown && <option value={value}>{value}</option>}
    </select>
  );
}

// Headings of columns do this at a desk; a phone shows none.
export const OrderChoice = ({ place, columns }: { place: Place; columns: Choices }) => (
  <Choice place={place} name="sort" label={t('order')} className="lc-phone-only" choices={[
    ['', t('order.newest')], ...columns.flatMap(([value, text]): Choices => [[value, `${text} ↑`], [`-${value}`, `${text} ↓`]]),
  ]} />
);

interface ClearProps {
  place: Place;
  filters: readonly string[];
}

export function ClearFilters({ place, filters }: ClearProps) {
  if (!filters.some((name) => place.query.get(name))) return null;
  const kept = place.query.get('sort') ?? '';
  return <Button variant="link" isInline onClick={() => go(to(place.path, { sort: kept }))}>{t('filters.clear')}</Button>;
}

// What is asked of the service while somebody types: not each letter.
export function useSettled(text: string, milliseconds = 200): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), milliseconds);
    return () => clearTimeout(timer);
  }, [text, milliseconds]);
  return settled;
}

interface PagesProps {
  place: Place;
  total: number;
  size: number;
}

export const pageOf = (query: URLSearchParams): number => Math.max(1, Math.floor(Number(query.get('page') ?? 1)) || 1);

export function Pages({ place, total, size }: PagesProps) {
  const page = pageOf(place.query);
  const last = Math.max(1, Math.ceil(total / size));
  if (last === 1 && page === 1) return null;
  const turn = (to: number) => () => setQuery(place, { page: to === 1 ? '' : String(to) });
  return (
    <nav className="lc-pages" aria-label={t('pages')}>
      <Button variant="secondary" isDisabled={page <= 1} onClick={turn(Math.min(page - 1, last))}>{t('pages.before')}</Button>
      <span>{t('pages.where', { from: Math.min((page - 1) * size + 1, total), to: Math.min(page * size, total), n: total })}</span>
      <Button variant="secondary" isDisabled={page >= last} onClick={turn(page + 1)}>{t('pages.next')}</Button>
    </nav>
  );
}

export const Toolbar = ({ children }: { children: ReactNode }) => <div className="lc-toolbar">{children}</div>;
