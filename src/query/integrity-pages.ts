/** How the integrity check reads and shows: bounded pages, with other tasks between them; amounts as decimals. */
import type { Catalog } from '../domain/catalog/catalog.ts';

/** Called between pages with the number of rows read since the last call. */
export type YieldNow = (rows: number) => Promise<void>;

export const pageSize = 1000;

/** Yields page after page, each read from the last row of the previous one; other tasks run in between. */
export async function* pages<T>(
  read: (last: T | undefined) => Promise<readonly T[]>,
  yieldNow: YieldNow,
): AsyncGenerator<readonly T[]> {
  for (let last: T | undefined; ; ) {
    const page = await read(last);
    if (page.length > 0) yield page;
    if (page.length < pageSize) return;
    last = page.at(-1);
    await yieldNow(page.length);
  }
}

/** A report must not fail: amounts of an asset that does not exist, which is a mismatch, are shown in units. */
export function scaleShown(asset: string, catalog: Catalog): number {
  return catalog.assets.get(asset)?.scale ?? 0;
}
