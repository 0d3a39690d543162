// One field that leads to every page, certificate, domain and edge: Ctrl-K, or / where a page has no search of its own.
// It is a field of text: Esc empties a field of search, and the dialog stays open.
import { type KeyboardEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useAll, useLast, useRead } from '../api/read';
import { mayCall } from '../api/session';
import type { Cert, Domain, Edge } from '../api/types';
import { filterOf, nameOf } from '../pages/certificates/model';
import { t } from '../text';
import { useSettled } from '../ui/filters';
import { type Found, offersOf } from './finding';
import { addressOf, pagesOffered } from './pages';
import { go, to } from './router';

let isOpen = false;
const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export function openPalette(open = true): void {
  isOpen = open;
  for (const listener of listeners) listener();
}

function places(): Found[] {
  const acts: [string, string, string][] = [['CreateCert', t('upload'), to(['upload'])], ['CreateEdge', t('edges.connect'), to(['edges', 'new'])],
    ['CreateNotifyChannel', t('notices.add'), to(['notices', 'new'])]];
  return [
    ...pagesOffered().map((page): Found => ({ kind: 'page', text: t(`nav.${page}`), detail: '', address: addressOf(page) })),
    ...acts.filter(([action]) => mayCall(action)).map(([, text, address]): Found => ({ kind: 'act', text, detail: '', address })),
  ];
}

const shortest = 2;

function useFound(typed: string): Found[] {
  const wanted = useSettled(typed.trim(), 150);
  const isLong = wanted.length >= shortest;
  const certs = useLast(useRead<{ CertList: Cert[] }>('ListCerts', isLong ? { ...filterOf(new URLSearchParams({ q: wanted, state: 'all' })), PageNum: 1, PageSize: 20 } : null));
  const domains = useAll<Domain>('ListDomains', {}, 'DomainList');
  const edges = useRead<{ EdgeList: Edge[] }>('ListEdges', mayCall('ListEdges') ? {} : null);
  const found: Found[] = [
    ...places(),
    ...(isLong ? certs.data?.CertList ?? [] : []).map((cert): Found => ({ kind: 'certificate', text: nameOf(cert), detail: cert.ChainID, address: to(['certificates', cert.ChainID]) })),
    ...(domains.data?.list ?? []).map(({ Domain: host, CertName }): Found => ({ kind: 'domain', text: host, detail: CertName, address: to(['domains', host]) })),
    ...(edges.data?.EdgeList ?? []).map(({ Name, Kind }): Found => ({ kind: 'edge', text: Name, detail: Kind, address: to(['domains'], { edge: Name }) })),
  ];
  return offersOf(found, typed);
}

function Option({ item, isActive, choose }: { item: Found; isActive: boolean; choose: () => void }) {
  const ref = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isActive) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  const isName = item.kind !== 'page' && item.kind !== 'act';
  return (
    <li ref={ref} role="option" id={`lc-found-${item.address}`} aria-selected={isActive} onClick={choose}>
      <span {...(isName ? { translate: 'no' as const } : {})}>{item.text}</span>
      <span className="lc-quiet">{t(`palette.${item.kind}`)}{item.kind === 'certificate' && <> <span translate="no">{item.detail.slice(0, 8)}</span></>}</span>
    </li>
  );
}

function Field({ close }: { close: () => void }) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const offers = useFound(typed);
  const active = offers[Math.min(at, offers.length - 1)];
  const choose = (item: Found | undefined) => {
    if (!item) return;
    close();
    go(item.address);
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return; // Enter ends what an input method composes
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) setAt((before) => (Math.min(before, offers.length - 1) + by + offers.length) % Math.max(offers.length, 1));
    else if (event.key === 'Enter') choose(active);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input type="text" role="combobox" aria-label={t('palette')} placeholder={t('palette.hint')} aria-expanded={offers.length > 0} aria-controls="lc-found"
        aria-activedescendant={active ? `lc-found-${active.address}` : undefined} aria-autocomplete="list" autoComplete="off" spellCheck={false} autoFocus
        value={typed} onKeyDown={press} onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }} />
      {offers.length > 0 && (
        <ul id="lc-found" role="listbox" aria-label={t('palette')}>
          {offers.map((item) => <Option key={item.address} item={item} isActive={item === active} choose={() => choose(item)} />)}
        </ul>
      )}
      {offers.length === 0 && <p className="lc-quiet" role="status">{t('palette.nothing')}</p>}
    </>
  );
}

export function Palette() {
  const open = useSyncExternalStore(subscribe, () => isOpen);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
  }, [open]);
  useEffect(() => () => openPalette(false), []);
  if (!open) return null;
  const close = () => openPalette(false);
  return (
    <dialog ref={dialog} className="lc-palette" aria-label={t('palette')} onClose={close}
      onClick={(event) => event.target === dialog.current && close()}>
      <Field close={close} />
      <p className="lc-quiet lc-desk-only">{t('palette.keys')}</p>
    </dialog>
  );
}
