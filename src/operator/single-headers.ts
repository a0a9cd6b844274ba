/** Headers that must not be repeated. Node joins repeated lines with commas, which would change their meaning. */
import type { Rejection } from '../contract/errors.ts';
import { idempotencyKeyHeader } from '../contract/idempotency.ts';
import type { RawRequest } from '../http/http-message.ts';
import { invalid } from './operator-input.ts';

const single = [idempotencyKeyHeader, 'X-Operator'];

/** @returns a rejection if one of the headers is repeated. */
export function refuseRepeated({ rawHeaders }: Pick<RawRequest, 'rawHeaders'>): Rejection | undefined {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  for (const header of single) {
    const lines = names.filter((name) => name === header.toLowerCase()).length;
    if (lines > 1) return invalid(`${header}: must be sent once, not ${lines} times`);
  }
  return undefined;
}
