// Addresses live behind the #, so that filters reach no log of a server and the console works below any path.
import { useSyncExternalStore } from 'react';

export interface Place {
  path: string[]; // decoded, without empty parts
  query: URLSearchParams;
}

export function parsePlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const decode = (part: string) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  };
  return { path: path.split('/').filter(Boolean).map(decode), query: new URLSearchParams(query) };
}

export function to(path: string[], query: Record<string, string> = {}): string {
  const kept = Object.entries(query).filter(([, value]) => value !== '');
  const text = new URLSearchParams(kept).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${text ? `?${text}` : ''}`;
}

export const go = (address: string): void => {
  location.hash = address;
};

// Changes filters in place: the back button leads to the page before, not through each letter.
export function setQuery(place: Place, changes: Record<string, string>): void {
  const query = { ...Object.fromEntries(place.query), ...changes };
  history.replaceState(null, '', to(place.path, query));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

const subscribe = (listener: () => void) => {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
};

export const usePlace = (): Place => parsePlace(useSyncExternalStore(subscribe, () => location.hash));
