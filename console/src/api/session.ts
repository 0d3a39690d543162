// Who is signed in. It is in this tab's memory alone: not in the page, not in any storage. A reload signs out.
import type { Session } from './types';
import type { Signer } from './sign';

export type Ended = 'never' | 'signed-out' | 'idle' | 'refused';

interface State {
  signer: Signer | undefined;
  session: Session | undefined;
  isReadOnly: boolean;
  ended: Ended;
}

const none: State = { signer: undefined, session: undefined, isReadOnly: true, ended: 'never' };
let state: State = none;
const listeners = new Set<() => void>();
const idleTime = 30 * 60_000;
let lastUsed = Date.now();

function change(next: State): void {
  state = next;
  for (const listener of listeners) listener();
}

export const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const signer = (): Signer | undefined => state.signer;
export const session = (): Session | undefined => state.session;
export const endedBy = (): Ended => state.ended;
export const useKey = (key: Signer): void => {
  state = { ...none, signer: key };
};

export function beginSession(opened: Session, isReadOnly: boolean): void {
  lastUsed = Date.now();
  change({ ...state, session: opened, isReadOnly });
}

export function endSession(why: Ended): void {
  if (!state.signer) return;
  change({ ...none, ended: why });
}

// Whether the page may offer an action that changes something.
export const mayCall = (action: string): boolean =>
  !!state.session?.Actions.includes(action) && (!state.isReadOnly || /^(List|Describe|Get|Plan|Inspect|Check)/.test(action));
export const isReadOnly = (): boolean => state.isReadOnly;

export function watchIdleness(): void {
  const note = () => {
    lastUsed = Date.now();
  };
  for (const name of ['pointerdown', 'keydown', 'dragover']) addEventListener(name, note, { passive: true, capture: true });
  setInterval(() => {
    if (Date.now() - lastUsed > idleTime) endSession('idle');
  }, 30_000);
  addEventListener('pagehide', () => endSession('signed-out'));
}
