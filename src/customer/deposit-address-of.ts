/** The deposit address of an account, which is issued by the first request for it. */
import type { DepositAddress } from '../command/deposit/deposit-address-issue.ts';
import { unwrap } from '../command/outcome.ts';
import { isRejection, type Rejection, reject } from '../contract/errors.ts';
import { type Asset, networkNamed, networkOf } from '../domain/catalog/catalog.ts';
import type { Network } from '../domain/catalog/network.ts';
import type { HandlerParts } from './handler.ts';

export type Wanted = {
  readonly asset: string;
  /** The default network of the asset if undefined. */
  readonly network?: string | undefined;
};

/** An address and the network for which it was requested. */
export type IssuedAddress = DepositAddress & { readonly network: Network };

/** Others may be given the same imported address at the same moment. */
const proposalsTried = 5;

type AddressError =
  | 'deposit-address-unavailable'
  | 'asset-unknown'
  | 'network-unknown'
  | 'proposed-address-taken'
  | 'not-done'
  | 'outcome-unknown';

export async function depositAddressOf(
  accountId: number,
  wanted: Wanted,
  parts: Pick<HandlerParts, 'reads' | 'commands' | 'chainService' | 'catalog'>,
): Promise<IssuedAddress | Rejection<AddressError>> {
  const asset = parts.catalog().assets.get(wanted.asset);
  if (asset === undefined) return reject('asset-unknown', { asset: wanted.asset });
  const code = networkOf(asset, wanted.network)?.network;
  if (code === undefined) return unknownNetwork(asset, wanted);
  const network = networkNamed(parts.catalog(), code);
  const where = { accountId, addressGroup: network.addressGroup };
  const issuedBefore = await parts.reads.rows('deposit_addresses', where);
  const known = issuedBefore.find((row) => row.retiredAt === null);
  if (known !== undefined) return { address: known.address, addressTag: known.addressTag, network };
  for (let left = proposalsTried; ; left -= 1) {
    const proposed = await parts.chainService.newAddress(network, accountId);
    if (proposed === null) return reject('deposit-address-unavailable', { network: code });
    const request = { accountId, asset: asset.asset, network: code, proposed };
    const issued = unwrap(await parts.commands.submit('issueDepositAddress', request));
    if (!isRejection(issued)) return { ...issued.done, network };
    if (issued.rejected !== 'proposed-address-taken' || left === 1) return issued;
  }
}

function unknownNetwork({ asset }: Asset, { network }: Wanted): Rejection<'network-unknown'> {
  return reject('network-unknown', { network: network ?? '', asset });
}
