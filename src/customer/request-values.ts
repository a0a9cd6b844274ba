/** The values of the parameters of a request, as its operation declares them. */
import type { CustomerRejection } from '../contract/customer-errors.ts';
import { completeInterval } from './interval.ts';
import { readParameters } from './parameters.ts';
import type { RequestContext } from './request-context.ts';

/** @returns the same for the same request, whenever it is read. */
export function readRequestValues({
  operation: { parameters, dialect, window },
  raw,
  nowMs,
}: Pick<RequestContext, 'operation' | 'raw' | 'nowMs'>):
  | { readonly values: Record<string, unknown> }
  | CustomerRejection {
  const read = readParameters(parameters, raw, dialect);
  if ('rejected' in read || window === null) return read;
  return completeInterval(read.values, window, nowMs) ?? read;
}
