/** Page after page of rows in the order of their numbers, until there are no more or the process stops. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Outcome } from '../store/port.ts';

export type Paging<R> = {
  /** Asked before each page. */
  readonly size: () => number;
  /** Reads the rows after a number, at most so many, and does what is to be done about them. */
  readonly handle: (afterSeq: number, limit: number) => Promise<readonly R[]>;
  /** Looked at between pages. */
  readonly stopping: AbortSignal;
};

export async function forEachPage<R extends { readonly seq: number }>(paging: Paging<R>): Promise<void> {
  const { size, handle, stopping } = paging;
  for (let after = 0; !stopping.aborted; ) {
    const limit = size();
    const rows = await handle(after, limit);
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return;
    after = last.seq;
  }
}

/**
 * Waits for the commands of a page. One of which nothing had to be done has let nobody run: they do now.
 * @returns whether all of them were executed or rejected, none failed.
 */
export async function commandsOfPage(submitted: readonly Promise<Outcome>[]): Promise<boolean> {
  if (submitted.length === 0) await turn();
  const outcomes = await Promise.all(submitted);
  return outcomes.every((outcome) => !('fault' in outcome));
}
