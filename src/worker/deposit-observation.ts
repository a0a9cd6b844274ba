/** Recognises outputs on a chain that pay to an address of this exchange. */
import type { IncomingOutput } from '../chain/port.ts';
import type { ObservedOutput } from '../command/deposit/deposit-observe.ts';
import type { DetailsOf } from '../contract/errors.ts';
import { canonicalTransactionId } from '../domain/address/address.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { destinationOn } from '../domain/deposit/deposit-terms.ts';
import type { Reads } from '../store/reads.ts';

/**
 * The destination of an output, the same for all spellings of its address. A tag contained in the address is the tag.
 */
export function destinationOf(catalog: Catalog, output: IncomingOutput) {
  const { key, tag } = destinationOn(catalog, output.network, output.address, output.addressTag);
  const addressGroup = catalog.networks.get(output.network)?.addressGroup ?? output.network;
  return { addressGroup, addressKey: key, addressTag: tag };
}

/** @returns undefined for an output to an address of another owner, or of an unknown asset. */
export async function observe(
  reads: Reads,
  catalog: Catalog,
  output: IncomingOutput,
): Promise<ObservedOutput | undefined> {
  const { network, txId } = output;
  const destination = destinationOf(catalog, output);
  if (!catalog.assets.has(output.asset)) return undefined;
  if (!(await reads.isDepositAddress(destination.addressGroup, destination.addressKey))) return undefined;
  const rules = catalog.networks.get(network);
  const canonical = rules && canonicalTransactionId(rules, txId);
  return { ...output, ...destination, txId: canonical ?? txId };
}

/** @returns the first field in which two outputs with the same key differ, if any. */
export function differenceOf(
  catalog: Catalog,
  one: IncomingOutput,
  other: IncomingOutput,
): DetailsOf<'output-differs'>['property'] | undefined {
  if (one.amount !== other.amount || one.remainder !== other.remainder) return 'amount';
  const [to, otherTo] = [destinationOf(catalog, one), destinationOf(catalog, other)];
  if (to.addressKey !== otherTo.addressKey) return 'address';
  return to.addressTag === otherTo.addressTag ? undefined : 'addressTag';
}
