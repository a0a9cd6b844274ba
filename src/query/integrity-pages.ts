/** Reads tables in bounded pages for the integrity check, with other tasks between them. */
import type { Catalog } from '../domain/catalog/catalog.ts';

/** Called between pages with the number of rows read since the last call. */
export type YieldNow = (rows: number) => Promise<void>;

export const pageSize = 1000;

/**
 * Yields page after page; other tasks run in between.
 * @param read returns the `pageSize` rows after the given one, fewer only at the end.
 */
export async function* readInPages<T>(
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

/** The decimals of an amount in the report. Amounts of an unknown asset are shown in units: the report must not fail. */
export function displayScale(asset: string, catalog: Catalog): number {
  return catalog.assets.get(asset)?.scale ?? 0;
}
