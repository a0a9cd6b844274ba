/**
 * Reads a page of a list slice by slice. If a filter selects few rows, the search ends after a limited time: the page
 * is then marked as incomplete, and its cursor continues the search.
 */
import { isRejection, type Rejection } from '../../contract/errors.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import type { ListWindow, Place, Slice } from '../../store/reads/lists.ts';
import type { OperatorParts } from '../handler.ts';
import { listKey, placeOf, readCursor, writeCursor } from './cursor.ts';

export type ListQuery = {
  readonly limit?: number;
  readonly cursor?: string;
  readonly offset?: number;
};

export type ListPage<R> = {
  readonly rows: readonly R[];
  readonly nextCursor: string | null;
  readonly incomplete: boolean;
};

export type ReadSlice<R> = (window: ListWindow) => Promise<Slice<R>>;

/** The slice of a list without rows. */
export const emptySlice: Promise<Slice<never>> = Promise.resolve({ rows: [], next: null });

export const defaultLimit = 100;
/**
 * Limits of the rows that one slice scans: few at first, because most filters select many rows; then as many as can be
 * scanned in `sliceMs`.
 */
const minScan = 500;
const maxScan = 4000;
const sliceMs = 2;
/** Rows that one page scans. In a large table, a filter that selects few rows needs several requests. */
const maxScanPerPage = 100_000;

export async function listPage<R>(
  { yieldNow, pace }: Pick<OperatorParts, 'yieldNow' | 'pace'>,
  operation: string,
  query: ListQuery,
  read: ReadSlice<R>,
): Promise<ListPage<R> | Rejection<'operator-invalid'>> {
  const { limit = defaultLimit, offset = 0 } = query;
  if (query.cursor !== undefined && offset > 0)
    return invalid('query.offset: cannot be combined with a cursor');
  const key = listKey(operation, query);
  const numbers = query.cursor === undefined ? undefined : readCursor(key, query.cursor, 2);
  if (isRejection<'operator-invalid'>(numbers)) return numbers;
  const wanted = limit + offset;
  const rows: R[] = [];
  let place: Place | null | undefined = numbers && placeOf(numbers);
  let scan = Math.max(minScan, 2 * wanted);
  for (let scanned = 0; rows.length < wanted && scanned < maxScanPerPage && place !== null; ) {
    const window: Parameters<ReadSlice<R>>[0] = { before: place, limit: wanted - rows.length, scan };
    if (scanned > 0) await yieldNow();
    const usedMs = pace.usedMs;
    const slice: Slice<R> | undefined = await (scanned === 0 ? read(window) : pace.more(() => read(window)));
    if (slice === undefined) break;
    rows.push(...slice.rows);
    place = slice.next;
    scanned += scan;
    scan = nextScan(scan, pace.usedMs - usedMs);
  }
  return {
    rows: rows.slice(offset),
    nextCursor: place ? writeCursor(key, [place.at, place.seq]) : null,
    incomplete: rows.length < wanted && place !== null,
  };
}

function nextScan(scan: number, tookMs: number): number {
  const fitting = Math.floor((scan * sliceMs) / Math.max(tookMs, 0.01));
  return Math.max(minScan, Math.min(fitting, 4 * scan, maxScan));
}
