/** Page after page of rows in the order of their numbers, until there are no more or the process stops. */

export type Paging<R> = {
  readonly size: number;
  readonly read: (afterSeq: number, limit: number) => Promise<readonly R[]>;
  readonly work: (rows: readonly R[]) => Promise<unknown>;
  /** Looked at between pages. */
  readonly stopping: AbortSignal;
};

export async function forEachPage<R extends { readonly seq: number }>(paging: Paging<R>): Promise<void> {
  const { size, read, work, stopping } = paging;
  for (let after = 0; !stopping.aborted; ) {
    const rows = await read(after, size);
    await work(rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return;
    after = last.seq;
  }
}
