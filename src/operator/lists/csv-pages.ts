/**
 * A list as CSV: its pages one after the other, each read only when the one before has been taken. It needs the memory
 * of one page only, and stops when its reader leaves.
 */
import { isRejection, type Rejection } from '../../contract/errors.ts';
import type { Csv } from '../../contract/list-csv.ts';
import type { OperatorErrorId } from '../../contract/operator-errors.ts';
import type { OperatorOperation } from '../../contract/operator-operation.ts';
import type { TSchema } from '../../contract/schema.ts';
import { csvHead, csvLines } from '../csv.ts';

type Query = Readonly<Record<string, unknown>>;
/** Does work whose time must be charged to the request. */
type Work = (make: () => string) => string;
/** The place at which the next page begins. */
type Page = { readonly nextCursor?: string | null; readonly next?: string | number | null };

/** Rows that are read at once. */
const pageRows = 500;

/**
 * @param ask runs the handler of the list with a query.
 * @param work makes the lines of a page.
 * @returns the lines, page by page, or the rejection of the first page.
 */
export async function csvOfPages(
  csv: Csv<never>,
  { query: { properties } }: Pick<OperatorOperation, 'query'>,
  query: Query,
  ask: (query: Query) => Promise<unknown>,
  work: Work,
): Promise<AsyncIterable<string> | Rejection<OperatorErrorId>> {
  const limit = query.limit === undefined ? Number.POSITIVE_INFINITY : Number(query.limit);
  const { maximum: most = Number.POSITIVE_INFINITY } = boundsOf(properties.limit);
  const atOnce = 'cursor' in properties || 'after' in properties ? Math.min(pageRows, most) : most;
  const pageOf = (rest: number, place: Query) =>
    ask({ ...query, ...place, ...('limit' in properties && { limit: Math.min(atOnce, rest) }) });
  const first = await pageOf(limit, {});
  if (isRejection<OperatorErrorId>(first)) return first;
  // cast: it is a reply of the operation.
  return linesFrom(csv, first as Page, limit, pageOf, work);
}

// cast: of a number, a schema has these bounds.
const boundsOf = (schema: TSchema | undefined) => (schema ?? {}) as { readonly maximum?: number };

async function* linesFrom(
  csv: Csv<never>,
  first: Page,
  limit: number,
  pageOf: (rest: number, place: Query) => Promise<unknown>,
  work: Work,
): AsyncGenerator<string> {
  yield csvHead(csv.columns);
  let rest = limit;
  for (let page = first; ; ) {
    // cast: the columns are of this list.
    const rows = csv.rows(page as never);
    if (rows.length > 0) yield work(() => csvLines(csv.columns, rows));
    rest -= rows.length;
    const place = placeBehind(page);
    if (place === undefined || rest <= 0) return;
    // cast: a rejection is thrown next.
    page = (await pageOf(rest, place)) as Page;
    if (isRejection(page)) throw new Error('a page was rejected after the first one');
  }
}

function placeBehind({ nextCursor, next }: Page): Query | undefined {
  if (typeof nextCursor === 'string') return { cursor: nextCursor, offset: undefined };
  return next === undefined || next === null ? undefined : { after: next };
}
