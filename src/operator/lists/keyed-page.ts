/** Pages of a list in the order of a number that never changes. */
import { isRejection, type Rejection } from '../../contract/errors.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import type { KeyedPage } from '../../store/reads/page.ts';
import { listKey, readCursor, writeCursor } from './cursor.ts';
import { defaultLimit, type ListQuery } from './list-page.ts';

type Found<R> = { readonly rows: readonly R[]; readonly nextCursor: string | null };

/**
 * @param read the rows behind a number, in the order of the list.
 * @param keyOf the number of a row.
 */
export async function keyedPage<R>(
  operation: string,
  query: ListQuery,
  read: (page: KeyedPage) => Promise<readonly R[]>,
  keyOf: (row: R) => number,
): Promise<Found<R> | Rejection<'operator-invalid'>> {
  const { limit = defaultLimit, offset = 0 } = query;
  if (query.cursor !== undefined && offset > 0)
    return invalid('query.offset: cannot be combined with a cursor');
  const key = listKey(operation, query);
  const place = query.cursor === undefined ? undefined : readCursor(key, query.cursor, 1);
  if (isRejection<'operator-invalid'>(place)) return place;
  const found = await read({ behind: place?.[0], limit: limit + 1, offset });
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return { rows, nextCursor: last === undefined ? null : writeCursor(key, [keyOf(last)]) };
}
