/** The deposit address of an account, which is issued by the first request for it. */
import type { DepositAddress } from '../command/deposit/deposit-address-issue.ts';
import { unwrap } from '../command/outcome.ts';
import { isRejection, type Rejection, reject } from '../contract/errors.ts';
import { type Asset, networkNamed, networkOf } from '../domain/catalog/catalog.ts';
import type { Network } from '../domain/catalog/network.ts';
import type { HandlerParts } from './handler.ts';

export type AddressRequest = {
  readonly asset: string;
  /** The default network of the asset if undefined. */
  readonly network?: string | undefined;
};

/** An address and the network for which it was requested. */
export type IssuedAddress = DepositAddress & { readonly network: Network };

/** A concurrent request may take the proposed imported address first; then the next one is proposed. */
const maxProposals = 5;

type AddressError =
  | 'deposit-address-unavailable'
  | 'asset-unknown'
  | 'network-unknown'
  | 'proposed-address-taken'
  | 'not-done'
  | 'outcome-unknown';

/** @returns a rejection for an unknown asset or network, and if no address is left. */
export async function depositAddressOf(
  accountId: number,
  wanted: AddressRequest,
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
  for (let proposals = 1; ; proposals += 1) {
    const proposed = await parts.chainService.newAddress(network, accountId);
    if (proposed === null) return reject('deposit-address-unavailable', { network: code });
    const request = { accountId, asset: asset.asset, network: code, proposed };
    const issued = unwrap(await parts.commands.submit('issueDepositAddress', request));
    if (!isRejection(issued)) return { ...issued.done, network };
    if (issued.rejected !== 'proposed-address-taken' || proposals === maxProposals) return issued;
  }
}

function unknownNetwork({ asset }: Asset, { network }: AddressRequest): Rejection<'network-unknown'> {
  return reject('network-unknown', { network: network ?? '', asset });
}
