// Reads for the pages: what is known is shown at once while it is asked again. Writes never repeat by themselves.
import { useEffect, useState, useSyncExternalStore } from 'react';
import { call, Problem } from './call';
import { subscribe as onSession, signer } from './session';

export interface Read<T> {
  data: T | undefined;
  problem: Problem | undefined;
  at: number;
}

interface Entry extends Read<unknown> {
  ask: () => Promise<unknown>;
  asking: AbortController | undefined;
  listeners: Set<() => void>;
}

const entries = new Map<string, Entry>();
const nothing: Read<never> = { data: undefined, problem: undefined, at: 0 };
const waits = [500, 1_000, 2_000, 5_000];

onSession(() => {
  if (signer()) return;
  for (const entry of entries.values()) entry.asking?.abort();
  entries.clear();
});

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms * (0.8 + 0.4 * Math.random())));

const toProblem = (error: unknown) => (error instanceof Problem ? error : new Problem('NoAnswer', String(error)));

// Asks again a few times. `tell` hears of each failure at once, so that a page says early that nobody answers.
async function patiently<T>(ask: () => Promise<T>, signal: AbortSignal, tell: (problem: Problem) => void): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const wait = waits[attempt];
      if (signal.aborted || !(error instanceof Problem) || !error.isPassing || wait === undefined) throw error;
      tell(error);
      await pause(wait);
    }
  }
}

async function refresh(key: string, entry: Entry): Promise<void> {
  if (entry.asking) return;
  const control = new AbortController();
  entry.asking = control;
  const keep = (read: Partial<Entry>) => {
    const known = entries.get(key);
    if (control.signal.aborted || known?.asking !== control) return;
    entries.set(key, { ...known, ...read });
    for (const listener of known.listeners) listener();
  };
  try {
    const data = await patiently(entry.ask, control.signal, (problem) => keep({ problem }));
    keep({ data, problem: undefined, at: Date.now(), asking: undefined });
  } catch (error) {
    keep({ problem: toProblem(error), asking: undefined });
  }
}

function entryOf(key: string, ask: () => Promise<unknown>): Entry {
  let entry = entries.get(key);
  if (!entry) {
    entry = { ...nothing, ask, asking: undefined, listeners: new Set() };
    entries.set(key, entry);
  }
  return entry;
}

function useAsked<T>(key: string, ask: () => Promise<T>, every: number): Read<T> {
  useEffect(() => {
    if (!key) return undefined;
    const look = () => {
      if (document.visibilityState === 'visible' && signer()) void refresh(key, entryOf(key, ask));
    };
    const tick = () => {
      const { at, problem } = entryOf(key, ask);
      if (problem?.isPassing || Date.now() - at >= every) look();
    };
    look();
    const timer = setInterval(tick, Math.min(every, 2_000));
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [key, every]);
  const subscribe = (listener: () => void) => {
    const { listeners } = entryOf(key, ask);
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return useSyncExternalStore(subscribe, () => entries.get(key) ?? nothing) as Read<T>;
}

// The answer of one action, asked again every 5 s while it is looked at. `null` members: not yet.
export function useRead<T>(action: string, members: object | null = {}, every = 5_000): Read<T> {
  const key = members === null ? '' : `${action} ${JSON.stringify(members)}`;
  return useAsked(key, () => (members === null ? Promise.resolve(undefined as T) : call<T>(action, members)), every);
}

const pageSize = 1_000;
const mostPages = 20;

export interface Whole<T> {
  list: T[];
  total: number;
}

// All items of a list that comes in pages, twenty thousand at most: `total` tells how many there are.
export async function readAll<T>(action: string, members: object, list: string): Promise<Whole<T>> {
  const all: T[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const answer = await call<Record<string, unknown>>(action, { ...members, PageNum: page, PageSize: pageSize });
    all.push(...(answer[list] as T[]));
    const total = Number(answer['Total']);
    if (all.length >= total || page === mostPages) return { list: all, total };
  }
  return { list: all, total: all.length };
}

// `null` members: not yet.
export function useAll<T>(action: string, members: object | null, list: string, every = 15_000): Read<Whole<T>> {
  const key = members === null ? '' : `all ${action} ${JSON.stringify(members)}`;
  return useAsked(key, () => (members === null ? Promise.resolve({ list: [], total: 0 }) : readAll<T>(action, members, list)), every);
}

// What was read last, until what is asked for now is there: a list does not disappear while somebody types a filter.
export function useLast<T>(read: Read<T>): Read<T> & { isLate: boolean } {
  const [last, setLast] = useState(read);
  if (read.data !== undefined && read !== last) setLast(read);
  const isLate = read.data === undefined && last.data !== undefined;
  return { ...read, data: read.data ?? last.data, at: read.data === undefined ? last.at : read.at, isLate };
}

// After a write: everything that is looked at is asked again at once.
export function refreshAll(): void {
  for (const [key, entry] of entries) {
    if (entry.listeners.size > 0) void refresh(key, entry);
    else entries.delete(key);
  }
}
