/**
 * The counters of operations that do not use the shared pool. They never ban an address; a ban by the shared pool applies
 * to them too.
 */
import type { Operation } from '../contract/operation.ts';
import {
  type OwnWeights,
  ownLimits,
  type WeightInterval,
  type WeightOwner,
  weightHeader,
} from '../contract/own-weights.ts';
import type { OperationCounter } from '../limiter/port.ts';

export type WeightedCounter = OperationCounter & {
  /** The weight of a request. */
  readonly weight: number;
  /** Shows the weight used. */
  readonly header: string;
};

export type OwnCounters = {
  /** Weight 0: only requests that are rejected before their account is known count, with `rejectedWeight`. */
  readonly address: WeightedCounter;
  readonly account: WeightedCounter | undefined;
};

/** The weight of a request that is rejected before its account is known, if its operation has no weight per address. */
export const rejectedWeight = 1;

const windowMs: Readonly<Record<WeightInterval, number>> = { second: 1000, minute: 60_000 };

const byOperation = new WeakMap<Operation, OwnCounters>();

/** @returns undefined if the operation uses the shared pool. */
export function ownCountersOf(operation: Operation): OwnCounters | undefined {
  const { id, weights } = operation;
  if (weights === null) return undefined;
  const known = byOperation.get(operation) ?? countersOf(id, weights);
  byOperation.set(operation, known);
  return known;
}

function countersOf(name: string, weights: OwnWeights): OwnCounters {
  const { address = 0, account } = weights;
  return {
    address: counterOf(name, 'address', address, weights),
    account: account === undefined ? undefined : counterOf(name, 'account', account, weights),
  };
}

function counterOf(
  name: string,
  owner: WeightOwner,
  weight: number,
  { per = 'minute' }: OwnWeights,
): WeightedCounter {
  // Requests that are rejected are counted per minute, whatever the interval of the account's weight is.
  const interval = weight === 0 ? 'minute' : per;
  return {
    name,
    weight,
    header: weightHeader(owner, interval),
    limit: { weight: ownLimits[owner], windowMs: windowMs[interval], toleratedAfterLimit: null },
  };
}
