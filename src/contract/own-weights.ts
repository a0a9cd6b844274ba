/**
 * The weights of an operation that has counters of its own instead of the pool that operations share: what it declares,
 * the limits, and the headers that show the weight used.
 */

/** Weights per IP address, counted before the key is looked at, and per account, counted after a valid signature. */
export type OwnWeights = {
  readonly address?: number;
  readonly account?: number;
  /** Default: minute. */
  readonly per?: WeightInterval;
};

export type WeightInterval = 'minute' | 'second';
export type WeightOwner = 'address' | 'account';

/** Per operation and interval. */
export const ownLimits: Readonly<Record<WeightOwner, number>> = { address: 12_000, account: 180_000 };

/** The name of the header, in lower case. */
export function weightHeader(owner: WeightOwner, interval: WeightInterval): string {
  return `x-sapi-used-${owner === 'address' ? 'ip' : 'uid'}-weight-1${interval === 'minute' ? 'm' : 's'}`;
}
