/** Handles rows page by page in the order of `seq`, until the last page or until the process stops. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Outcome } from '../store/port.ts';

export type Paging<R> = {
  /** The size of the next page. */
  readonly size: () => number;
  /** Reads at most `limit` rows after `afterSeq` and handles them. @returns the rows. */
  readonly handle: (afterSeq: number, limit: number) => Promise<readonly R[]>;
  /** Checked before each page. */
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
 * Waits for the commands of a page. Without commands, yields to other work once.
 * @returns whether each command was executed or rejected; false if one had a fault.
 */
export async function commandsOfPage(submitted: readonly Promise<Outcome>[]): Promise<boolean> {
  if (submitted.length === 0) await turn();
  const outcomes = await Promise.all(submitted);
  return outcomes.every((outcome) => !('fault' in outcome));
}
