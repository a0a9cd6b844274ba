/** The outputs that operators put on a simulated chain or report of a real one. */
import type { IncomingOutput } from '../../chain/port.ts';
import { formatDecimal, splitUnits } from '../../contract/decimal.ts';
import type { Rejection } from '../../contract/errors.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import { canonicalTransactionId, checkTag, readAddress } from '../../domain/address/address.ts';
import type { Asset } from '../../domain/catalog/catalog.ts';
import type { Network } from '../../domain/catalog/network.ts';
import { decimalOf } from './subject.ts';

type GivenOutput = {
  readonly txId: string;
  readonly outputIndex?: number;
  readonly address: string;
  readonly addressTag?: string;
  readonly amount: string;
};

export function readOutput(
  { txId: given, outputIndex = 0, address, addressTag = '', amount: text }: GivenOutput,
  { asset, scale }: Asset,
  rules: Network,
): IncomingOutput | Rejection<'operator-invalid'> {
  const { network, tag } = rules;
  const amount = decimalOf(text);
  if (amount.coefficient === 0n) return invalid('body.amount: must be greater than zero');
  const { units, remainder } = splitUnits(amount, scale);
  const txId = canonicalTransactionId(rules, given);
  if (txId === null) return invalid(`body.txId: is not a transaction id of ${network}`);
  if (addressTag !== '') {
    if (readAddress(rules, address)?.tag !== undefined)
      return invalid('body.addressTag: is not allowed, because the address contains a tag');
    if (tag === null) return invalid(`body.addressTag: ${network} has no address tags`);
    if (!checkTag(tag, addressTag))
      return invalid(`body.addressTag: is not a valid address tag on ${network}`);
  }
  const paid = { amount: units, remainder: formatDecimal(remainder) };
  return { network, txId, outputIndex, asset, address, addressTag, ...paid };
}
