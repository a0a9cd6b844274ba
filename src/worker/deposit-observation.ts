/** What an output on a chain is to this exchange: a payment to one of its addresses, or nothing of ours. */
import type { IncomingOutput } from '../chain/port.ts';
import type { ObservedOutput } from '../command/deposit/deposit-observe.ts';
import { canonicalTransactionId } from '../domain/address/address.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { destinationOn } from '../domain/deposit/deposit-terms.ts';
import type { Reads } from '../store/reads.ts';

/** Where an output pays to, by what its address means; a tag inside of the address counts as the tag. */
export function destinationOf(catalog: Catalog, output: IncomingOutput) {
  const { key, tag } = destinationOn(catalog, output.network, output.address, output.addressTag);
  const addressGroup = catalog.networks.get(output.network)?.addressGroup ?? output.network;
  return { addressGroup, addressKey: key, addressTag: tag };
}

/** @returns undefined for an output to somebody else, or of an asset that nobody has defined. */
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

/** In what two outputs with one key differ, if at all. */
export function differenceOf(
  catalog: Catalog,
  one: IncomingOutput,
  other: IncomingOutput,
): string | undefined {
  if (one.amount !== other.amount || one.remainder !== other.remainder) return 'amount';
  const [to, otherTo] = [destinationOf(catalog, one), destinationOf(catalog, other)];
  if (to.addressKey !== otherTo.addressKey) return 'address';
  return to.addressTag === otherTo.addressTag ? undefined : 'address tag';
}
