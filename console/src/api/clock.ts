// The server's time, by the Date of its answers: a wrong clock of this machine does not keep anybody from signing in.
const loud = 15 * 60_000;
const told = 60_000;
let offset = 0;

export const serverNow = (): number => Date.now() + offset;

// How far this machine's clock is ahead of the server's, in milliseconds; 0 where it does not matter.
export const clockError = (): number => (Math.abs(offset) < told ? 0 : -offset);
export const isClockFarOff = (): boolean => Math.abs(offset) >= loud;

// Date has whole seconds, cut off: half a second is the mean of what is missing.
export function noteAnswer(response: Response, begun: number): void {
  const date = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(date)) return;
  const found = date + 500 - (begun + Date.now()) / 2;
  if (Math.abs(found - offset) > 2_000) offset = found;
}

export async function readClock(base: URL): Promise<void> {
  const begun = Date.now();
  noteAnswer(await fetch(new URL('healthz', base), { cache: 'no-store', credentials: 'omit' }), begun);
}
