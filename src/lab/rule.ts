/** A rule of the lab: which requests it matches, and the fault that it then fires. */
import type { RequestContext } from '../customer/request-context.ts';
import type { Fault } from './fault.ts';
import { isOfKind, type OperationKind, operationNames } from './operations.ts';

/** All of them must apply; a condition that is absent always applies. */
export type Conditions = {
  /** A name of `operations.ts`. */
  readonly operation?: string;
  readonly apiKey?: string;
  /** The e-mail of the account whose key the request uses. */
  readonly account?: string;
  /** As the request names them. */
  readonly asset?: string;
  readonly network?: string;
  /** The first match that may fire, from 1. */
  readonly nth?: number;
};

export type Rule = {
  readonly on: Conditions;
  readonly fault: Fault;
  /** null: the fault has no name. */
  readonly preset: string | null;
  readonly appliesTo: OperationKind;
  /** The number of requests that it hits. */
  readonly times: number;
  /** Of each match, from 0 (exclusive) to 1. */
  readonly probability: number;
  readonly seed: number;
};

/** Whether everything but `nth` applies. */
export function matches({ on, appliesTo }: Rule, { operation, key, values }: RequestContext): boolean {
  return (
    isOfKind(operation, appliesTo) &&
    (on.operation === undefined || operationNames.get(on.operation)?.has(operation.id) === true) &&
    (on.apiKey === undefined || on.apiKey === key?.apiKey) &&
    (on.account === undefined || on.account === key?.account.email) &&
    (on.asset === undefined || on.asset === (values.asset ?? values.coin)) &&
    (on.network === undefined || on.network === values.network)
  );
}
