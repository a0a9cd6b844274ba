/**
 * Cursors: the place of the last row of a page, for the list and the filters that it was made with. A cursor of other
 * filters is rejected, because it would silently skip rows.
 */
import { createHash } from 'node:crypto';
import type { Rejection } from '../../contract/errors.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import type { Place } from '../../store/reads/lists.ts';

/** Identifies the list and the filters of a page, whatever its place and the form in which the rows are sent. */
export function listKey(operation: string, query: Readonly<Record<string, unknown>>): string {
  const { limit: _, cursor: __, offset: ___, format: ____, ...filters } = query;
  const sorted = Object.entries(filters).sort(([one], [other]) => (one < other ? -1 : 1));
  const text = JSON.stringify([operation, sorted]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 8);
}

export function writeCursor(key: string, numbers: readonly number[]): string {
  return Buffer.from(JSON.stringify([key, ...numbers])).toString('base64url');
}

/** @param count of the numbers in a cursor of this list. */
export function readCursor(
  key: string,
  text: string,
  count: number,
): readonly number[] | Rejection<'operator-invalid'> {
  const unknown = invalid('query.cursor: is not a cursor of this list; send nextCursor of an earlier page');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return unknown;
  }
  if (!Array.isArray(value) || value.length !== count + 1) return unknown;
  const [of, ...numbers] = value;
  if (!numbers.every((each) => Number.isSafeInteger(each) && each >= 0)) return unknown;
  if (of === key) return numbers;
  return invalid('query.cursor: belongs to other filters; begin again without it');
}

export const placeOf = ([at = 0, seq = 0]: readonly number[]): Place => ({ at, seq });
