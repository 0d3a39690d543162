// One change after the other, so that a person sees how far it is and can stop it.
import { Problem } from './call';

export interface Outcome<T> {
  done: T[];
  failed: { item: T; problem: Problem }[];
  left: T[]; // not begun: somebody stopped it, or the service was gone
}

export interface Watched<T> {
  tell: (outcome: Outcome<T>) => void; // after each item
  isStopped: () => boolean;
  wait: (milliseconds: number) => Promise<unknown>;
}

const waits = [500, 1_000, 2_000, 5_000];

// A call that the rate limit refused changed nothing, so it is made again. Every other failure is told, and the next item
// is tried, unless nobody answered: whether that call changed something is not known, and the rest is not tried.
export async function batch<T>(items: readonly T[], change: (item: T) => Promise<unknown>, { tell, isStopped, wait }: Watched<T>): Promise<Outcome<T>> {
  const outcome: Outcome<T> = { done: [], failed: [], left: [...items] };
  while (outcome.left.length > 0 && !isStopped()) {
    const item = outcome.left.shift()!;
    const problem = await attempt(() => change(item), wait);
    if (problem) outcome.failed.push({ item, problem });
    else outcome.done.push(item);
    tell({ done: [...outcome.done], failed: [...outcome.failed], left: [...outcome.left] });
    if (problem?.status === 0) break;
  }
  return outcome;
}

async function attempt(change: () => Promise<unknown>, wait: Watched<unknown>['wait']): Promise<Problem | undefined> {
  for (const pause of [...waits, undefined]) {
    try {
      await change();
      return undefined;
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem('NoAnswer', String(error));
      if (problem.status !== 429 || pause === undefined) return problem;
      await wait(pause);
    }
  }
  return undefined;
}
